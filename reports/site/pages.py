"""The pages of the site by their paths, in Vietnamese and English. What may be shown: reports.site.suppress."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from reports import charts
from reports import vietnamese as vn
from reports.labels import small
from reports.month.rankings import Ranked, RankedGroup, Ranking, figure, signed
from reports.month.scores import Score
from reports.month.targets import Lapse, sentence
from reports.outcomes import OF_A_DAY, OUTCOMES
from reports.site.figures import Figures
from reports.site.ranking_pages import RANK_MARKS, places_of
from reports.site.rankings import folder_of, in_order
from reports.site.view import Month, Site, Unit
from reports.templates import environment

Language = Literal["vi", "en"]
Sentences = Mapping[tuple[str, str], tuple[str, str]]  # contract and rule → what it asks, Vietnamese and English
_SIGNS = dict(zip(OF_A_DAY, "✓△✕○", strict=True))
_CONTRACTS = {
    "summary": ("bảng tổng hợp", "summary"),
    "ii06": ("biểu II.06", "form II.06"),
    "cases": ("danh sách hồ sơ", "list of cases"),
    "processing": ("tình hình giải quyết", "processing"),
    "scores": ("bảng điểm", "scores"),
}


_OVERRIDES = {
    "released": ("được cho qua theo quyết định dù trái quy tắc", "released by decision though it breaks"),
    "corrected": ("số liệu đã sửa theo quyết định", "figures corrected by decision"),
    "eased": ("được tính dù trái quy tắc đã hạ mức hoặc tắt", "counted though it breaks a rule made weaker or off"),
}
SCORES_PAGE = "diem.html"
_NAMED = 5  # days, and ids, of a decision


class _Compiled(BytecodeCache):
    """Keeps compiled templates in memory: compiling takes longer than rendering."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled before."""
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def write_site(site: Site, sentences: Sentences, zone: tzinfo) -> dict[str, bytes]:
    """Every file of the site by its path. Rules that `sentences` does not know are named by their id.

    `zone`: the time zone in which moments are printed.
    """
    return {path: page for lang in ("vi", "en") for path, page in _pages(site, sentences, zone, lang)}


def _pages(site: Site, sentences: Sentences, zone: tzinfo, lang: Language) -> list[tuple[str, bytes]]:
    words = _Words(site, sentences, zone, lang)
    templates = environment("reports.site", auto_reload=False, bytecode_cache=_COMPILED)
    templates.globals |= {name: getattr(words, name) for name in dir(words) if not name.startswith("_")}
    names = {unit.unit_id: unit.name for unit in (*site.units, *site.others)}
    templates.globals |= {"site": site, "lang": lang, "names": names}
    is_first, another = lang == site.terms.labels.language, "vi" if lang == "en" else "en"
    start = "" if is_first else f"{lang}/"
    places: list[tuple[str, str, dict[str, Any]]] = [
        ("index.html", "overview", {}),
        ("chat-luong.html", "quality", {}),
        ("phuong-phap.html", "method", {}),
        *([(SCORES_PAGE, "scores", {})] if site.scores else []),
        *((f"don-vi/{unit.unit_id}.html", "unit", {"unit": unit}) for unit in site.units),
        *places_of(site.ranked),
    ]
    pages = []
    for path, template, given in places:
        home = "../" * path.count("/")
        other = f"{home}{another}/{path}" if is_first else f"{home}../{path}"
        text = templates.get_template(f"{template}.html.j2").render(home=home, other=other, path=path, **given)
        pages.append((start + path, text.encode()))
    return pages


class _Words:
    """Words, numbers and charts in one language, for the templates."""

    def __init__(self, site: Site, sentences: Sentences, zone: tzinfo, lang: Language) -> None:
        self._site, self._sentences, self._zone, self._lang = site, sentences, zone, lang
        self._paged = frozenset(unit.unit_id for unit in site.units)

    def t(self, vi: str, en: str) -> str:
        """The words in this language."""
        return en if self._lang == "en" else vi

    def number(self, value: int) -> str:
        """A count."""
        return f"{value:,}" if self._lang == "en" else vn.count(value)

    def percent(self, rate: Decimal | None) -> str:
        """A rate, with its sign; none is a dash."""
        if rate is None:
            return "–"
        return (f"{rate:.2f}" if self._lang == "en" else vn.percent(rate)) + "%"

    def points(self, change: Decimal | None) -> str:
        """A change in percentage points, with plus or minus."""
        if change is None:
            return "–"
        return f"{change:+.2f}".replace("-", "−").replace(".", "." if self._lang == "en" else ",")

    def score(self, value: Decimal | None) -> str:
        """Points of a scoreboard."""
        if value is None:
            return "–"
        return f"{value:.2f}" if self._lang == "en" else vn.points(value)

    def score_heads(self, units: tuple[Unit, ...]) -> list[Score]:
        """The components of which these units have points, each once."""
        every = [one for unit in units for one in self._site.scores.get(unit.unit_id, ())]
        heads = {one.metric_id: one for one in sorted(every, key=lambda one: one.is_whole)}
        return list(heads.values())

    def score_of(self, unit: Unit, head: Score) -> str:
        """The points of a unit in a component; another maximum than the head's is said."""
        own = next((one for one in self._site.scores[unit.unit_id] if one.metric_id == head.metric_id), None)
        if own is None:
            return "–"
        return self.score(own.points) + ("" if own.maximum == head.maximum else f"/{self.score(own.maximum)}")

    def count(self, row: Any, name: str) -> str:
        """A count of a row, what stands for a withheld one, or a dash."""
        value = getattr(row, name)
        if value is not None:
            return self.number(value)
        if not row.hidden:
            return "–"
        return f"<{self._site.terms.suppress_below}" if name in row.small else self.t("ẩn", "withheld")

    def rate(self, row: Any) -> str:
        """The rate of a row, or that it is withheld."""
        return self.t("ẩn", "withheld") if row.hidden else self.percent(row.rate)

    def share(self, row: Ranked) -> str:
        """The rate of a ranked unit, or that it is withheld."""
        return self.t("ẩn", "withheld") if row.hidden else self.percent(row.rate)

    def figure(self, row: Ranked, name: Literal["part", "whole"]) -> str:
        """A count, or points with two decimals; a dash where there is none."""
        value = getattr(row, name)
        if value is None:
            return self.t("ẩn", "withheld") if row.hidden else "–"
        if isinstance(value, Decimal):
            return f"{value:.2f}" if self._lang == "en" else figure(value)
        return self.number(value)

    def signed(self, change: int | None) -> str:
        """A change of rank."""
        return signed(change)

    def of_metric(self, metric: Mapping[str, Any], name: Literal["name", "definition"]) -> Markup:
        """A text of a metric; where it is in the other language, it says so to screen readers."""
        english = metric.get(f"{name}_en") if self._lang == "en" else None
        if english or self._lang == "vi":
            return escape(english or metric[name])
        return Markup('<span lang="vi">{}</span>').format(metric[name])

    def rank_rows(self, group: RankedGroup, order: str) -> tuple[Ranked, ...]:
        """The units of a group in this order."""
        return in_order(group, order)

    def rank_notes(self, ranking: Ranking) -> list[tuple[str, str]]:
        """The marks of a ranking's rows, and what they mean."""
        used = {mark for group in ranking.groups for row in group.rows for mark in row.marks}
        smallest = self.number(ranking.metric["min_denominator"] or 0)
        return [(mark, self.t(*words).format(smallest)) for mark, words in RANK_MARKS.items() if mark in used]

    def paged_units(self) -> frozenset[str]:
        """The units that have a page of their own."""
        return self._paged

    def rank_folder(self, ranking: Ranking) -> str:
        """Where the pages of a metric are."""
        return folder_of(ranking.metric_id)

    def day(self, value: date) -> str:
        """A day."""
        return f"{value.day} {value:%B %Y}" if self._lang == "en" else vn.day(value)

    def moment(self, value: datetime) -> str:
        """A moment (UTC without zone) as clocks in the zone show it."""
        local = value.replace(tzinfo=UTC).astimezone(self._zone)
        return f"{local:%H:%M}, {self.day(local.date())}"

    def month(self, value: str) -> str:
        """A month."""
        return f"{date.fromisoformat(f'{value}-01'):%B %Y}" if self._lang == "en" else vn.month(value)

    def channel(self, name: Literal["online", "in_person"], *, inside: bool = False) -> str:
        """A channel; `inside`: as it stands inside a sentence."""
        word = self.t(*getattr(self._site.terms.labels, name))
        return small(word) if inside else word

    def group(self, name: str) -> str:
        """A group of units."""
        return self.t(*self._site.terms.labels.name(name))

    def contract(self, name: str) -> str:
        """A kind of data."""
        return self.t(*_CONTRACTS.get(name, (name, name)))

    def outcome(self, name: str) -> str:
        """What became of a day's data."""
        return self.t(*OUTCOMES[name])

    def override(self, kind: str) -> str:
        """What a decision did."""
        return self.t(*_OVERRIDES[kind])

    def days(self, days: tuple[date, ...]) -> str:
        """Some days, the first of them by name."""
        return self._listed([self.day(one) for one in days])

    def ids(self, ids: tuple[str, ...]) -> str:
        """Some ids, the first of them by name."""
        return self._listed(list(ids))

    def _listed(self, names: list[str]) -> str:
        more = len(names) - _NAMED
        rest = self.t(f" và {more} nữa", f" and {more} more") if more > 0 else ""
        return ", ".join(names[:_NAMED]) + rest

    def sign(self, name: str) -> str:
        """The sign of an outcome in the calendar."""
        return _SIGNS[name]

    def rule(self, key: tuple[str, str]) -> str:
        """What a rule asks, in a sentence."""
        return self.t(*self._sentences.get(key, (key[1], key[1])))

    def standing(self, figures: Figures) -> str:
        """How a row stands beside its target."""
        if figures.hidden:
            return self.t("ẩn", "withheld")
        if not figures.has_sent:
            return self.t("chưa có số liệu", "no data")
        if figures.total == 0:
            return self.t("không có hồ sơ", "no cases")
        if figures.target is None:
            return self.t("không có chỉ tiêu", "no target")
        return self.t("đạt", "met") if figures.meets else self.t("chưa đạt", "not met")

    def without_target(self, lapse: Lapse) -> str:
        """For whom no target is in force, and since when."""
        return sentence(lapse, self._site.terms.labels, self._lang)

    def outcome_counts(self) -> list[tuple[str, int]]:
        """How many unit days of the month have each outcome."""
        all_of = [one for unit in (*self._site.units, *self._site.others) for one in unit.calendar]
        return [(name, all_of.count(name)) for name in OF_A_DAY]

    def ranked_charts(self) -> list[Markup]:
        """All units with a rate, the highest first; of many units several charts, each as high as a printed page."""
        rows = [(unit.name, unit.figures) for unit in self._site.units if unit.figures]
        bars = [
            charts.Bar(name, row.rate, self.percent(row.rate), row.target, row.meets is False)
            for name, row in rows
            if row.rate is not None
        ]
        bars.sort(key=lambda bar: (-bar.rate, bar.name))
        drawn, first, online = [], 1, self.channel("online", inside=True)
        for part in charts.parts(bars, charts.bar_height):
            last = first + len(part) - 1
            title = self.t(
                f"Biểu đồ: tỷ lệ {online} so với chỉ tiêu, từ cao đến thấp, đơn vị thứ {first} đến {last} trong "
                f"{len(bars)} đơn vị; số liệu ở bảng trên",
                f"Chart: {online} rate beside the target from high to low, units {first} to {last} of {len(bars)}; "
                "figures as in the tables",
            )
            drawn.append(Markup(charts.ranked(part, title)))  # noqa: S704 – charts escape all text
            first = last + 1
        return drawn

    def trend_chart(self, history: tuple[Month, ...]) -> Markup | None:
        """Rates over months."""
        online = self.channel("online", inside=True)
        title = self.t(f"Biểu đồ: tỷ lệ {online} theo tháng, %", f"Chart: {online} rate by month, %")
        return self._chart(history, partial(charts.trend, title=title))

    def channel_chart(self, history: tuple[Month, ...]) -> Markup | None:
        """Cases over months."""
        online, in_person = f"{self.channel('online')} (1)", f"{self.channel('in_person')} (2)"
        title = self.t("Biểu đồ: số hồ sơ theo tháng", "Chart: cases by month")
        draw = partial(charts.channels, title=title, online=online, in_person=in_person)
        return self._chart(history, draw)

    def worst_first(self) -> list[Unit]:
        """Units with days without figures, those with most of them first."""
        units = [unit for unit in (*self._site.units, *self._site.others) if unit.open_faults]
        return sorted(units, key=lambda unit: -len(unit.open_faults))

    def _chart(self, history: tuple[Month, ...], draw: Any) -> Markup | None:
        points = [
            charts.Point(
                label=f"{int(one.month[5:])}/{one.month[2:4]}",
                rate=one.figures.rate,
                text=self.percent(one.figures.rate).rstrip("%"),
                target=one.figures.target,
                online=one.figures.online,
                in_person=one.figures.in_person,
                online_text=self.count(one.figures, "online"),
                in_person_text=self.count(one.figures, "in_person"),
                is_complete=one.figures.is_complete,
            )
            for one in history
        ]
        if all(point.rate is None for point in points):
            return None
        return Markup(draw(points))  # noqa: S704 – charts escape all text
