import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.dictionary.text import ascii_key, fold, tidy, unmarked


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Định Hóa", "Định Hoá"),
        ("Sở Y tế", "SỞ Y TẾ"),
        ("Sở Văn hóa, Thể thao", "Sở Văn hoá Thể thao"),
        ("thủy lợi", "thuỷ  lợi"),
        ("ĐỊNH HÓA", "ÐỊNH HÓA"),  # Đ, and the Icelandic Ð that looks the same
        ("Giao thông vận tải", unicodedata.normalize("NFD", "Giao thông Vận tải")),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@pytest.mark.parametrize(("left", "right"), [("Sở Y tế", "Sở Y te"), ("má", "mà"), ("đa", "da"), ("Sơn", "Son")])
def test_different_words_keep_different_keys(left: str, right: str) -> None:
    assert fold(left) != fold(right)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ ,.-()", max_size=40))
def test_folding_does_not_depend_on_the_normal_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert tidy(unicodedata.normalize("NFD", text)) == tidy(text)


@pytest.mark.parametrize("text", ["Số lượng (1)", "so_luong", "SoLuong", "SỐ LƯỢNG"])
def test_ascii_key_keeps_letters_only(text: str) -> None:
    assert ascii_key(text) == "soluong"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_unmarked_text_is_what_a_keyboard_without_vietnamese_types(form: str) -> None:
    assert unmarked(unicodedata.normalize(form, "ủy ban huyện đồng hỷ (1)")) == "uy ban huyen dong hy (1)"
