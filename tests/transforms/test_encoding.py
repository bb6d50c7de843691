"""Which bytes are Vietnamese in which encoding, and that old ones are named instead of loaded."""

import csv
import io
import unicodedata

import pytest

from tests.reference import text as reference_text
from tests.transforms.old_text import misread, tcvn3, vni
from tests.writers.encoding import windows_1258
from transforms.read.encoding.decode import decode
from transforms.read.encoding.mojibake import DOUBLE_UTF8, LOST, MISREAD_1258, TCVN3, VNI, garbled, marked_words
from transforms.read.encoding.syllables import has_vowel, is_syllable
from transforms.read.formats import grids
from transforms.read.refusal import UnreadableError

TABLE = "Lĩnh vực;Trực tuyến;Trực tiếp;Tổng số\nĐất đai;1.489;11;1.500\nHộ tịch;0;5;5\nXây dựng;1;1;2\n"

FIELDS = """
Đất đai, Hộ tịch, Chứng thực, Nuôi con nuôi, Quốc tịch, Thi đua – khen thưởng, Tôn giáo, Hội, Tổ chức phi chính phủ,
Bảo trợ xã hội, Người có công, Giáo dục nghề nghiệp, Lao động – tiền lương, Thuỷ sản, Thủy lợi, Kiểm lâm, Thú y, Giá,
Bưu chính, Báo chí, Xuất bản, Quảng cáo, Karaoke, Gia đình, Thể dục thể thao, Du lịch, Hải quan, Khuyến khích, Rượu,
Kinh doanh khí, Hoá chất, Điện, Quy hoạch, Nhà ở, Hoạt động xây dựng, Giám định tư pháp, Công chứng, Luật sư, Dược,
Khoáng sản, Môi trường, Tài nguyên nước, Đo đạc, Khí tượng thủy văn, Giao dịch bảo đảm, Quản lý công sản, Mỹ phẩm,
Đầu tư, Đấu thầu, Doanh nghiệp, Hợp tác xã, Khám chữa bệnh, Y tế dự phòng, An toàn thực phẩm, Đường bộ, Đăng kiểm,
Đường thuỷ nội địa, Đào tạo lái xe, Sở hữu trí tuệ, Năng lượng nguyên tử, Phường Phổ Yên, H’Mông, “Một cửa”
"""
ODD = ["Đắk Lắk", "Krông Nô", "Müller GmbH", "Café Trung Nguyên", "São Paulo", "m² × 2", "Điều § 5", "résumé", "à", "Ô"]
ODD += ["1.000.000₫", "100 °C", "Số: 793/QĐ-UBND", "¼ héc-ta", "Ðất đai", "© Sở Y tế", "± 5 %"]
PROPER = [
    *(value for row in csv.DictReader(io.StringIO(reference_text("units.csv"))) for value in row.values() if value),
    *reference_text("headers.toml").split('"')[1::2],
    *FIELDS.strip().replace("\n", " ").split(", "),
]


def refusal(content: bytes | str) -> str:
    with pytest.raises(UnreadableError) as caught:
        grids(content.encode() if isinstance(content, str) else content)
    return caught.value.refusal.describe()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 BOM"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_unicode_is_read_to_one_normal_form(codec: str, name: str, form: str) -> None:
    assert decode(unicodedata.normalize(form, TABLE).encode(codec)) == (TABLE, name)


def test_windows_1258_is_read_where_its_words_are_vietnamese() -> None:
    assert decode(windows_1258(TABLE)) == (TABLE, "Windows-1258")


def test_windows_1258_deep_in_a_long_file_of_plain_letters_is_read() -> None:
    text = "a;b\n" * 300_000 + TABLE
    assert decode(windows_1258(text)) == (text, "Windows-1258")


def test_windows_1252_is_read_in_markup_only_where_it_carries_the_rest_as_references() -> None:
    page = "<table><tr><td>L&#297;nh v&#7921;c<td>bãi bõ<td>Giáo d&#7909;c<td>Tài chính<td>ðã</table>".replace("ð", "")
    assert decode(page.encode("cp1252"), markup=True) == (page, "Windows-1252")


def test_no_break_spaces_alone_need_no_evidence() -> None:
    assert decode(b"a;b\n1\xa0489;2\n")[0] == "a;b\n1\xa0489;2\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (tcvn3(TABLE).encode("cp1252"), "TCVN3"),
        (vni(TABLE).encode("cp1252"), "VNI"),
        (TABLE.encode()[:60] + b"\xc3" + TABLE.encode()[60:], "không phải UTF-8 (byte 0xc3)"),
        (TABLE.encode("utf-16")[:-1], "UTF-16 bị cắt cụt"),
        ("Größe;Länge\nÜber;1\n".encode("cp1252"), "không nhận ra được"),
        (TABLE.encode("utf-16-le").replace(b"1\0", b"\0\0"), "nhị phân"),
        (TABLE.replace("1", "\0").encode(), "nhị phân"),
        (bytes(range(256)), "nhị phân"),
    ],
)
def test_other_bytes_are_refused_by_name_and_never_guessed(content: bytes, message: str) -> None:
    assert message in refusal(content)


@pytest.mark.parametrize("write", [tcvn3, vni, misread])
@pytest.mark.parametrize("shape", ["csv", "json", "html"])
def test_mangled_letters_inside_a_unicode_file_are_refused_with_the_row(write: object, shape: str) -> None:
    assert callable(write)
    field = write("Đất đai")
    content = {
        "csv": f"a;b;c\n1;2;3\n{field};1;2\n",
        "json": f'[{{"a": "1"}}, {{"a": "{field}"}}]',
        "html": f"<table><tr><td>a<tr><td>1<tr><td>{field}</table>",
    }[shape]
    line = refusal(content)
    assert line.startswith("dòng 3: ")
    assert "Unicode" in line
    assert field not in line  # it could be a person's name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LÜnh vùc", TCVN3),
        ("§Êt ®ai", TCVN3),
        ("Hé tÞch", TCVN3),
        ("Së Th«ng tin vµ TruyÒn th«ng", TCVN3),
        ("Lónh vöïc", VNI),
        ("Ñaát ñai", VNI),
        ("Hoä tòch", VNI),
        ("LÄ©nh vá»±c", DOUBLE_UTF8),
        ("HÃ  Ná»™i", DOUBLE_UTF8),
        (windows_1258("Lĩnh vực").decode("cp1252"), MISREAD_1258),
        ("L�nh v�c", LOST),
    ],
)
def test_each_kind_of_mangled_text_is_named(text: str, name: str) -> None:
    assert garbled(text) == name


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_no_proper_name_is_taken_for_mangled(form: str) -> None:
    assert [name for name in PROPER + ODD if garbled(unicodedata.normalize(form, name))] == []


def test_every_word_of_vietnamese_names_is_a_possible_syllable() -> None:
    words = {word for name in PROPER for word in marked_words(name) if word.isalpha() and has_vowel(word)}
    assert len(words) > 200
    assert [word for word in words if not is_syllable(word)] == []


@pytest.mark.parametrize("write", [tcvn3, vni])
def test_nearly_every_mangled_name_is_found(write: object) -> None:
    assert callable(write)
    names = [name for name in PROPER if all(is_syllable(word) for word in marked_words(name))]
    mangled = [text for name in names if (text := write(name)) != name and any(c in text for c in "öñïäåëæîü§®¸µÖÕÞ")]
    assert len(mangled) > 100
    missed = [text for text in mangled if not garbled(text)]
    assert len(missed) <= len(mangled) // 50, missed


def test_one_mangled_note_does_not_condemn_a_row_of_proper_texts() -> None:
    (grid,) = grids("a;b;c;d\nHộ tịch;Đúng hạn;Đã trả;§Êt ®ai\n".encode())
    assert grid.rows[1] == ["Hộ tịch", "Đúng hạn", "Đã trả", "§Êt ®ai"]
