# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "cedarpy>=4.12",
#   "regopy>=1.5.2; sys_platform == 'linux' and platform_machine == 'x86_64'",
# ]
# ///
"""A sample of 25, a rule for every change, and a change that nobody wrote down.

500 production changes, 15 of them in violation. An auditor's random sample, then a policy that
lists what is forbidden, then one that lists what is allowed, then a comparison with the
deployment log. Rego judges where regopy has a wheel, elsewhere Cedar; both give the same answers.
"""
import json
import random
from math import comb

try:
    import cedarpy
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'cedarpy>=4.12' regopy") from None
try:
    from regopy import Interpreter
except ImportError:             # no wheel for this platform: Cedar judges instead
    Interpreter = None

CHANGES, SAMPLE, AUDITS, SEED = 500, 25, 4_000, 7
PEOPLE = ("ada", "ben", "cho", "dia", "eli", "fay")

# region: rego
REGO = """
package change
import rego.v1

# What is forbidden, written down as one thinks of it.
forbidden contains c.id if { some c in input.changes; c.author == c.approver }
forbidden contains c.id if { some c in input.changes; not c.ticket }
forbidden contains c.id if { some c in input.changes; c.deployed_at < c.approved_at }
forbidden contains c.id if { some c in input.changes; c.reviewed != c.deployed }

# What is allowed; everything else is a violation.
compliant contains c.id if {
    some c in input.changes
    c.author != c.approver
    c.ticket != ""
    c.approved_at <= c.deployed_at
    c.reviewed == c.deployed
}
unproved contains c.id if { some c in input.changes; not c.id in compliant }
"""
# endregion

# region: cedar
CEDAR = {
    "forbidden": """
        permit (principal, action, resource);
        forbid (principal, action, resource) when { context.author == context.approver };
        forbid (principal, action, resource) unless { context has ticket };
        forbid (principal, action, resource) when { context.deployed_at < context.approved_at };
        forbid (principal, action, resource) when { context.reviewed != context.deployed };""",
    "unproved": """
        permit (principal, action, resource) when {
            context.author != context.approver && context.ticket != "" &&
            context.approved_at <= context.deployed_at && context.reviewed == context.deployed };""",
}
# endregion


def without(change, field):
    return {name: value for name, value in change.items() if name != field}


def evidence(rng):
    """The export that the auditor gets (500 changes), the planted violations, and the deployment log."""
    changes = []
    for number in range(CHANGES):
        author, approver = rng.sample(PEOPLE, 2)
        commit, at = f"{rng.getrandbits(40):010x}", 1_000 * number
        changes.append({"id": f"CHG-{number:03}", "author": author, "approver": approver, "ticket": f"SHOP-{number}",
                        "approved_at": at, "deployed_at": at + rng.randrange(5, 500), "reviewed": commit, "deployed": commit})
    spoiled = {
        "approved by the author": (4, lambda c: c | {"approver": c["author"]}),
        "no ticket": (2, lambda c: without(c, "ticket")),
        "ticket field is empty": (2, lambda c: c | {"ticket": ""}),
        "deployed before approval": (3, lambda c: c | {"deployed_at": c["approved_at"] - 60}),
        "other commit than reviewed": (2, lambda c: c | {"deployed": "f" * 10}),
        "approver missing in the export": (2, lambda c: without(c, "approver")),
    }
    rows, planted = iter(rng.sample(range(CHANGES), 15)), {}
    for kind, (count, spoil) in spoiled.items():
        planted[kind] = set()
        for row in (next(rows) for _ in range(count)):
            changes[row] = spoil(changes[row])
            planted[kind].add(changes[row]["id"])
    deployments = [c["id"] for c in changes] + ["hotfix-1", "hotfix-2", "hotfix-3"]   # nobody filed these
    return changes, planted, deployments


# region: judge
def with_rego(changes, rule):
    rego = Interpreter()
    rego.add_module("change", REGO)
    rego.set_input({"changes": changes})
    return set(json.loads(str(rego.query(f"found := data.change.{rule}")))["bindings"]["found"])


def with_cedar(changes, rule):
    requests = [{"principal": 'Auditor::"auto"', "action": 'Action::"accept"', "resource": f'Change::"{c["id"]}"', "context": c}
                for c in changes]
    answers = cedarpy.is_authorized_batch(requests, CEDAR[rule], [])
    return {c["id"] for c, answer in zip(changes, answers, strict=True) if answer.decision != cedarpy.Decision.Allow}


judge = with_rego if Interpreter else with_cedar
# endregion


# region: odds
def misses_all(population, bad, sample):
    """The chance that a random sample without replacement holds no bad item."""
    return comb(population - bad, sample) / comb(population, sample)


def needed(population, bad, confidence):
    """The smallest sample that holds at least one bad item with this confidence."""
    return next(n for n in range(1, population + 1) if misses_all(population, bad, n) <= 1 - confidence)
# endregion


def main():
    rng = random.Random(SEED)
    changes, planted, deployments = evidence(rng)
    truth = set().union(*planted.values())
    assert len(truth) == 15 and len({c["id"] for c in changes}) == CHANGES

    quiet = sum(not truth & {c["id"] for c in rng.sample(changes, SAMPLE)} for _ in range(AUDITS))
    print(f"1. {AUDITS:,} auditors, each draws {SAMPLE} of {CHANGES} changes, {len(truth)} are bad")
    print(f"   found nothing at all      {quiet / AUDITS:.2f} [0.42..0.50]   computed {misses_all(CHANGES, 15, SAMPLE):.3f}")
    print(f"   sample for 95 % to see at least one   {needed(CHANGES, 15, 0.95)}")

    forbidden, unproved = judge(changes, "forbidden"), judge(changes, "unproved")
    assert forbidden <= truth and unproved <= truth, "a rule accuses a good change"
    print(f"\n2. every change, by rule           planted   list of     list of\n{'':35}          forbidden   allowed")
    for kind, ids in planted.items():
        print(f"   {kind:<32} {len(ids):>6} {len(ids & forbidden):>11} {len(ids & unproved):>9}")
    print(f"   {'all':<32} {len(truth):>6} {len(forbidden):>11} {len(unproved):>9}")

    unknown = set(deployments) - {c["id"] for c in changes}
    print(f"\n3. deployments in the log: {len(deployments)}; in the export: {len(changes)}")
    print(f"   without any change record: {len(unknown)}, seen by sample or rule: {len(unknown & (forbidden | unproved))}")


if __name__ == "__main__":
    main()
