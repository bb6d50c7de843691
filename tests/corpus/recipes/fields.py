"""Names of fields as offices write them: spellings of known ones, unknown ones, and a person's name in their place."""

from tests.corpus.recipes.cases import MARK
from tests.corpus.recipes.tools import text
from tests.corpus.recipes.usual import CSV_HEADER


def files() -> dict[str, bytes]:
    """Tables whose fields are spelled in other ways, and a list of cases without one right field."""
    return {
        "other-spellings.csv": text(
            CSV_HEADER, "1;LĨNH VỰC ĐẤT ĐAI;20;1;21", "2;Quản lí giá;3;0;3", "3;Xuất bản, in & phát hành;1;1;2"
        ),
        "without-diacritics.csv": text(CSV_HEADER, "1;Dat dai;20;1;21", "2;HO TICH;3;0;3"),
        "unknown.csv": text(CSV_HEADER, "1;Đất đai;20;1;21", "2;Chi trả điện tử;3;0;3"),
        "nearly-known.csv": text(CSV_HEADER, "1;Đất đai;20;1;21", "2;Hộ tich;3;0;3"),
        "one-field-under-two-names.csv": text(
            CSV_HEADER, "1;Hoà giải cơ sở;20;1;21", "2;Đất đai;3;0;3", "3;HÒA GIẢI Ở CƠ SỞ;1;0;1"
        ),
        "persons-as-fields.csv": text(
            "Mã hồ sơ;Lĩnh vực;Hình thức nộp;Ngày tiếp nhận;Trạng thái;Mức độ",
            *(
                f"H55.77-220804-{number:04d};Nguyễn Thị {MARK} {number};Trực tuyến;04/08/2022;Đang xử lý;4"
                for number in range(1, 21)
            ),
            "H55.77-220804-0021;ĐẤT ĐAI;Trực tiếp;04/08/2022;Đang xử lý;4",
        ),
    }
