"""Verdicts: right, right so far, carried forward, a slip, another quantity, not known."""

from __future__ import annotations

import pytest

from backprop_docgen.slips.answer import Answer, read_answer
from backprop_docgen.slips.judge import CHANCE, NAMED, Asked, Judge, Judgement, Verdict
from backprop_docgen.slips.sheet import Sheet
from backprop_docgen.worksheet.backpropagation import build_worksheet
from networks import network_of


@pytest.fixture(scope="module")
def judge() -> Judge:
    network = network_of("network")
    return Judge(Sheet(network, build_worksheet(network)))


def asked(text: str, quantity: str | None, digits: int | None = None) -> Asked:
    answer = read_answer(text)
    assert isinstance(answer, Answer), text
    return Asked(answer, quantity, digits)


def judged(judge: Judge, **answers: str) -> Judgement:
    return judge.judge([asked(text, name) for name, text in answers.items()])


def one(judge: Judge, text: str, quantity: str | None, digits: int | None = None) -> Verdict:
    (verdict,) = judge.judge([asked(text, quantity, digits)]).verdicts
    return verdict


def rules(verdict: Verdict) -> list[str]:
    return [each.rule for each in verdict.explanations]


@pytest.mark.parametrize("text", ["0.3775", "0,3775", "0.37750", "3.775e-1", "0.378", "0.377"])
def test_right(judge: Judge, text: str) -> None:
    assert one(judge, text, "net_h1") == Verdict("net_h1", "right")


def test_a_right_number_may_be_cut(judge: Judge) -> None:
    assert one(judge, "0.7513", "out_o1").remark == "truncated"
    assert one(judge, "0.7514", "out_o1").remark is None


@pytest.mark.parametrize(("text", "name"), [("0.9999", "dout_o1/dnet_o1"), ("0.4999", "w5@1"), ("0.9999", None)])
def test_what_needs_fewer_digits_is_not_cut_to_others(judge: Judge, text: str, name: str | None) -> None:
    assert one(judge, text, name).explanations == ()


def test_right_is_an_interval(judge: Judge) -> None:
    low, high = judge.interval("E_total", 4)
    value = float(judge.sheet.value("E_total"))
    assert low < value < high
    assert high - low < 0.02 * value
    assert one(judge, f"{high:.6f}"[:6], "E_total").verdict == "right"
    assert one(judge, f"{high + 2e-3:.4f}", "E_total").verdict != "right"


def test_right_so_far(judge: Judge) -> None:
    verdict = one(judge, "0.75", "out_o1", 4)
    assert (verdict.verdict, verdict.write) == ("short", 4)
    assert one(judge, "0.76", "out_o1", 4).verdict != "short"


def test_a_slip_is_named(judge: Judge) -> None:
    assert rules(one(judge, "0.0275", "net_h1")) == ["bias-left-out", "no-bias"]
    verdict = one(judge, "0.291027924", "E_total@1")
    assert (verdict.verdict, rules(verdict)) == ("slip", ["updated-weights"])


def test_the_likeliest_come_first_and_at_most_three(judge: Judge) -> None:
    verdict = one(judge, "0.3825", "net_h1")
    ranks = [each.rank for each in verdict.explanations]
    assert ranks == sorted(ranks)
    assert len(ranks) == NAMED
    assert rules(verdict)[:2] == ["transposed", "mirror-weight"]


def test_another_quantity(judge: Judge) -> None:
    verdict = one(judge, "0.3775", "out_h1")
    assert rules(verdict)[0] == "activation-left-out"  # the likelier way to the same number
    verdict = one(judge, "0.7513650695", "out_o2")
    assert "other-quantity" in rules(verdict) or rules(verdict)[0] == "neighbour"


def test_slips_of_the_pen(judge: Judge) -> None:
    assert rules(one(judge, "-0.74137", "error_o1"))[0] in ("difference-turned", "sign-lost")
    assert "point-moved" in rules(one(judge, "0.36350306", "dE_total/dout_h1"))


def test_a_number_that_nothing_gives(judge: Judge) -> None:
    verdict = one(judge, "0.4242424242", "net_h1")
    assert (verdict.verdict, verdict.explanations, verdict.write) == ("unknown", (), None)


def test_few_digits_name_nothing_but_say_how_many_would(judge: Judge) -> None:
    for slip in judge.sheet.catalogue.slips:
        if not judge.sheet.reaches(slip, "E_total"):
            continue
        value = float(judge.sheet.with_slip(slip, "E_total"))
        verdict = one(judge, f"{value:.2e}", "E_total")
        if verdict.write:
            break
    assert verdict.verdict == "unknown"
    assert verdict.write
    assert verdict.write > 3
    assert slip in [each.slips[0] for each in one(judge, f"{value:.{verdict.write - 1}e}", "E_total").explanations]


def test_two_digits_are_a_slip_only_where_they_are_exact(judge: Judge) -> None:
    assert rules(one(judge, "0.39", "net_h2"))[0] in ("transposed", "inputs-turned", "mirror-weight")
    assert one(judge, "0.37", "net_h2").verdict == "unknown"
    assert rules(one(judge, "0.38", "net_h2")) == ["term-left-out"]
    given = one(judge, "0.45", "net_h2")  # w6: by chance
    assert "other-quantity" not in rules(given)


@pytest.mark.parametrize("name", ["net_o2@1", "E_total@1", "w1@1", "dE_total/dw1"])
def test_where_slips_crowd_few_numbers_are_named(judge: Judge, name: str) -> None:
    """Near the right value lie hundreds, and some fit any number there; chance is counted near by, too."""
    value = float(judge.sheet.value(name))
    found = [one(judge, f"{value * (1 + step * 7.3e-6):.5e}", name).verdict for step in range(-200, 201)]
    assert sum(verdict in ("slip", "other-quantity") for verdict in found) <= CHANCE * len(found)


def test_what_lies_in_the_right_interval_is_never_claimed(judge: Judge) -> None:
    for name in ("E_total", "dE_total/dw1", "out_o1@1"):
        low, high = judge.interval(name, 4)
        for candidate in judge.candidates(name):
            if low <= candidate.value <= high:
                verdict = one(judge, f"{candidate.value:.3e}", name)
                assert verdict.explanations == () or candidate not in verdict.explanations


def test_what_follows_from_a_wrong_answer_is_carried(judge: Judge) -> None:
    found = judged(judge, net_h1="0.3825", out_h1="0.5945", net_h2="0.3925").verdicts
    assert [verdict.verdict for verdict in found] == ["slip", "carried", "right"]
    assert found[1].explanations == ()


def test_what_does_not_follow_is_not_carried(judge: Judge) -> None:
    found = judged(judge, net_h1="0.3825", out_h1="0.6945").verdicts
    assert found[1].verdict != "carried"
    (alone,) = judged(judge, out_h1="0.5945").verdicts
    assert alone.verdict != "carried"


def test_several_are_explained_together(judge: Judge) -> None:
    found = judged(judge, net_h1="0.3825", net_h2="0.39")
    assert [slip.rule for slip in found.together] == ["transposed"]
    assert [rules(verdict) for verdict in found.verdicts] == [["transposed"], ["transposed"]]


def test_right_answers_need_no_common_explanation(judge: Judge) -> None:
    found = judged(judge, net_h1="0.3775", net_h2="0.3925")
    assert found.together == ()
    assert [verdict.verdict for verdict in found.verdicts] == ["right", "right"]


def test_an_open_number_is_found(judge: Judge) -> None:
    assert one(judge, "0.3775", None).quantity == "net_h1"
    verdict = one(judge, "0.3825", None)
    assert (verdict.quantity, rules(verdict)[0]) == ("net_h1", "transposed")
    assert one(judge, "123.456789", None).verdict == "unknown"


def test_two_at_once_only_where_no_single_one_fits(judge: Judge) -> None:
    sheet = judge.sheet
    name = "dE_total/dw5"
    pairs = [(slips, float(sheet.under(*slips)(name))) for slips in sheet.pairs(name)]
    found = [set(rules(one(judge, f"{value:.10e}", name))) for _, value in pairs]
    assert found.count({"two-slips"}) > len(pairs) / 2
    assert all(each == {"two-slips"} or "two-slips" not in each for each in found)


@pytest.mark.parametrize(("text", "name"), [("0.12", "net_h1"), ("0.29", None), ("0.0", "dE_total/dw1")])
def test_so_few_digits_are_not_judged_unless_they_are_exact(judge: Judge, text: str, name: str | None) -> None:
    assert one(judge, text, name) == Verdict(name, "unknown", write=3)


def test_a_zero_is_not_right_so_far(judge: Judge) -> None:
    assert one(judge, "0", "net_h1") == Verdict("net_h1", "unknown", write=3)
    assert one(judge, "0.00", "net_h1") == Verdict("net_h1", "unknown")
    assert one(judge, "0", "net_h1", 4).write == 4


def test_never_fewer_digits_are_asked_for_than_wanted(judge: Judge) -> None:
    assert one(judge, "0.12", "net_h1", 5).write == 5
    assert one(judge, "0.547", "E_total").write == 5
    assert one(judge, "0.547", "E_total", 6).write == 6


def test_of_the_equally_likely_what_is_exactly_so_comes_first(judge: Judge) -> None:
    first, *others = one(judge, "0.3000", "w4@1").explanations
    assert first.other == "w4"
    assert {each.rank for each in others} == {first.rank}


def test_how_many_are_explained_together(judge: Judge) -> None:
    assert judged(judge, net_h1="0.3825", net_h2="0.39").told == 2
    found = judged(judge, net_h1="0.3825", net_h2="0.39", E_total="0.298371")
    assert (found.told, len(found.verdicts)) == (2, 3)
