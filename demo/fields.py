"""The fields (lĩnh vực) each unit of the demo handles, busiest first. Holds names only: no counts, no chance."""

_DISTRICT = (
    "Đất đai",
    "Hộ tịch",
    "Chứng thực",
    "Thành lập và hoạt động của hộ kinh doanh",
    "Hoạt động xây dựng",
    "Bảo trợ xã hội",
)

_BY_UNIT = {
    "so-ngoai-vu": ("Công tác lãnh sự", "Hội nghị, hội thảo quốc tế"),
    "so-tai-chinh": ("Quản lý công sản", "Tin học và thống kê tài chính", "Quản lý giá"),
    "so-nong-nghiep-va-phat-trien-nong-thon": (
        "Bảo vệ thực vật",
        "Thú y",
        "Chăn nuôi",
        "Lâm nghiệp",
        "Thủy lợi",
        "Quản lý chất lượng nông lâm sản và thủy sản",
    ),
    "so-ke-hoach-va-dau-tu": (
        "Thành lập và hoạt động của doanh nghiệp",
        "Đầu tư tại Việt Nam",
        "Thành lập và hoạt động của hợp tác xã",
        "Đấu thầu",
    ),
    "so-khoa-hoc-va-cong-nghe": (
        "Tiêu chuẩn đo lường chất lượng",
        "An toàn bức xạ và hạt nhân",
        "Hoạt động khoa học và công nghệ",
        "Sở hữu trí tuệ",
    ),
    "so-noi-vu": ("Thi đua - Khen thưởng", "Công chức, viên chức", "Tôn giáo", "Tổ chức phi chính phủ"),
    "so-cong-thuong": (
        "Xúc tiến thương mại",
        "Lưu thông hàng hóa trong nước",
        "An toàn thực phẩm",
        "Điện",
        "Hóa chất",
        "Vật liệu nổ công nghiệp",
    ),
    "so-lao-dong-thuong-binh-va-xa-hoi": (
        "Việc làm",
        "Người có công",
        "An toàn, vệ sinh lao động",
        "Lao động, tiền lương",
        "Giáo dục nghề nghiệp",
    ),
    "so-giao-duc-va-dao-tao": (
        "Hệ thống văn bằng, chứng chỉ",
        "Quy chế thi, tuyển sinh",
        "Giáo dục trung học",
        "Giáo dục thường xuyên",
    ),
    "so-van-hoa-the-thao-du-lich": ("Du lịch", "Văn hóa cơ sở", "Thể dục thể thao", "Di sản văn hóa"),
    "so-thong-tin-va-truyen-thong": (
        "Xuất bản, In và Phát hành",
        "Báo chí",
        "Phát thanh, truyền hình và thông tin điện tử",
        "Bưu chính",
    ),
    "so-tai-nguyen-va-moi-truong": (
        "Đất đai",
        "Đăng ký biện pháp bảo đảm",
        "Môi trường",
        "Đo đạc và bản đồ",
        "Địa chất và khoáng sản",
        "Tài nguyên nước",
    ),
    "ban-quan-ly-cac-khu-cong-nghiep": ("Lao động", "Đầu tư tại Việt Nam", "Môi trường", "Quy hoạch xây dựng"),
    "so-tu-phap": ("Lý lịch tư pháp", "Hộ tịch", "Công chứng", "Luật sư"),
    "so-xay-dung": ("Hoạt động xây dựng", "Quy hoạch xây dựng, kiến trúc", "Nhà ở và công sở"),
    "so-y-te": ("Khám bệnh, chữa bệnh", "Dược phẩm", "An toàn thực phẩm và Dinh dưỡng", "Y tế dự phòng"),
    "so-giao-thong-van-tai": ("Giấy phép lái xe", "Đường bộ", "Vận tải", "Đăng kiểm", "Đường thủy nội địa"),
}

_BY_TYPE = {
    "so": ("Tổ chức cán bộ", "Giải quyết khiếu nại, tố cáo"),
    "ban": ("Đầu tư tại Việt Nam", "Lao động", "Môi trường"),
    "ubnd-thanh-pho": _DISTRICT,
    "ubnd-huyen": (*_DISTRICT[:4], "Lâm nghiệp", "Bảo trợ xã hội"),
    "xa": ("Chứng thực", "Hộ tịch", "Bảo trợ xã hội"),
    "phuong": ("Chứng thực", "Hộ tịch", "Bảo trợ xã hội"),
}


def fields_of(unit_id: str, unit_type: str) -> tuple[str, ...]:
    """The unit's own fields, or those every unit of its type handles. Raises KeyError for an unknown type."""
    return _BY_UNIT.get(unit_id) or _BY_TYPE[unit_type]
