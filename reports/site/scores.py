"""Which own figures the pages may state beside published points. Points are published already: none is withheld."""

from dataclasses import replace

from reports.month.scores import Score

ONLINE_RATE = "online_rate"


def withheld(scores: tuple[Score, ...], *, is_hidden: bool, suppressing: bool) -> tuple[Score, ...]:
    """The scores without own figures that the pages must not state.

    `is_hidden`: the online rate of the same unit is withheld; `suppressing`: small counts are, so that of other rates,
    whose counts nobody examined, none is shown.
    """
    return tuple(
        replace(one, own_rate=None, difference=None, agrees=None, hidden=True)
        if one.own_rate is not None and (is_hidden or (suppressing and one.own_metric_id != ONLINE_RATE))
        else one
        for one in scores
    )
