# /// script
# requires-python = ">=3.11"
# dependencies = ["cedarpy>=4.12.2"]
# ///
"""Who may do what, in Cedar: where the network stops mattering, and what a missing attribute decides."""
from itertools import product

try:
    import cedarpy
except ImportError as missing:
    raise SystemExit(f"This lab needs {missing.name}: python3 -m pip install 'cedarpy>=4.12.2'") from None

ROLES = ("none", "support", "finance")
DEVICES = ("unknown", "managed", "healthy")             # a higher level includes the lower ones
NETWORKS = ("office", "vpn", "internet")
RECORDS = ("catalogue", "order", "address", "payout")   # public, internal, confidential, restricted

# region: policies
PERIMETER = """
permit (principal, action, resource) when { context.network == "office" || context.network == "vpn" };
permit (principal, action, resource == Record::"catalogue");
"""
IDENTITY = """
permit (principal, action, resource == Record::"catalogue");
permit (principal in Role::"staff", action, resource == Record::"order") when { context.device >= 1 };
permit (principal in Role::"staff", action, resource == Record::"address") when { context.device >= 2 };
permit (principal in Role::"finance", action, resource == Record::"payout")
  when { context.device >= 2 && context.login_minutes <= 15 };
"""
# endregion

# region: forbid
QUARANTINE = """
permit (principal in Role::"finance", action, resource);
forbid (principal, action, resource) when { context.quarantined };
"""
QUARANTINE_CLOSED = """
permit (principal in Role::"finance", action, resource);
forbid (principal, action, resource) unless { context has quarantined && !context.quarantined };
"""
SCHEMA = """
entity Role in [Role];
entity User in [Role];
entity Record;
action "read" appliesTo { principal: [User], resource: [Record], context: { quarantined: Bool } };
"""
# endregion


def uid(kind, name):
    return {"type": kind, "id": name}


ENTITIES = [
    {"uid": uid("Role", "staff"), "attrs": {}, "parents": []},
    {"uid": uid("Role", "finance"), "attrs": {}, "parents": [uid("Role", "staff")]},
    {"uid": uid("Role", "support"), "attrs": {}, "parents": [uid("Role", "staff")]},
    {"uid": uid("User", "none"), "attrs": {}, "parents": []},
    {"uid": uid("User", "support"), "attrs": {}, "parents": [uid("Role", "support")]},
    {"uid": uid("User", "finance"), "attrs": {}, "parents": [uid("Role", "finance")]},
]


def ask(policies, role, record, context, schema=None):
    """One decision ('allow', 'deny' or 'none': the request was not even evaluated), and the number of errors."""
    request = {
        "principal": f'User::"{role}"',
        "action": 'Action::"read"',
        "resource": f'Record::"{record}"',
        "context": context,
    }
    answer = cedarpy.is_authorized(request, policies, ENTITIES, schema=schema)
    names = {cedarpy.Decision.Allow: "allow", cedarpy.Decision.Deny: "deny", cedarpy.Decision.NoDecision: "none"}
    return names[answer.decision], len(answer.diagnostics.errors)


# region: matrix
def decide(policies):
    """Every combination of role, device, network and record, with a fresh login."""
    decisions = {}
    for role, device, network, record in product(ROLES, DEVICES, NETWORKS, RECORDS):
        context = {"device": DEVICES.index(device), "network": network, "login_minutes": 5}
        decisions[role, device, network, record] = ask(policies, role, record, context)[0] == "allow"
    return decisions


def moved_by(decisions, place, values):
    """How many settings of the other three inputs change their answer with this one."""
    groups = {}
    for key, allowed in decisions.items():
        groups.setdefault(key[:place] + key[place + 1:], set()).add(allowed)
    assert len(groups) == len(decisions) // len(values)
    return sum(len(answers) == 2 for answers in groups.values()), len(groups)
# endregion


def mutants(policies):
    """The policy set with one condition weakened each time; the matrix must notice."""
    yield "device test of order gone", policies.replace("context.device >= 1", "true")
    yield "device test of address weaker", policies.replace('"address") when { context.device >= 2', '"address") when { context.device >= 1')
    yield "payout open to staff", policies.replace('principal in Role::"finance"', 'principal in Role::"staff"')
    yield "catalogue rule widened", policies.replace('resource == Record::"catalogue"', "resource", 1)
    yield "fresh login not asked", policies.replace("context.login_minutes <= 15", "true")


def main():
    print("1. all 108 requests                 perimeter  identity")
    old, new = decide(PERIMETER), decide(IDENTITY)
    print(f"   allowed                                {sum(old.values()):>3}       {sum(new.values()):>3}")
    nobody = [key for key in old if key[0] == "none" and key[3] != "catalogue"]
    print(f"   private records, to a stranger          {sum(old[k] for k in nobody):>2}        {sum(new[k] for k in nobody):>2}")
    for place, (name, values) in enumerate((("role", ROLES), ("device", DEVICES), ("network", NETWORKS), ("record", RECORDS))):
        (a, of), (b, _) = moved_by(old, place, values), moved_by(new, place, values)
        print(f"   answers that turn on the {name:<8}  {a:>2} of {of}  {b:>2} of {of}")

    print("\n2. finance reads a payout                      decision  errors")
    managed, missing = {"quarantined": False}, {}
    for name, policies, context in (
        ("device known to be clean", QUARANTINE, managed),
        ("device known to be quarantined", QUARANTINE, {"quarantined": True}),
        ("posture service gave no answer", QUARANTINE, missing),
        ("the same, forbid unless proven clean", QUARANTINE_CLOSED, missing),
    ):
        decision, errors = ask(policies, "finance", "payout", context)
        print(f"   {name:<42}  {decision:<8}  {errors}")
    decision, errors = ask(IDENTITY, "finance", "payout", {"device": 2, "network": "office"})
    print(f"   {'permit whose attribute is missing':<42}  {decision:<8}  {errors}")
    assert ask(QUARANTINE, "finance", "payout", managed, schema=SCHEMA) == ("allow", 0), "the schema fits a complete request"
    decision, errors = ask(QUARANTINE, "finance", "payout", missing, schema=SCHEMA)
    print(f"   {'no answer, request checked by the schema':<42}  {decision:<8}  {errors}")
    typo = cedarpy.validate_policies(QUARANTINE.replace("context.quarantined", "context.quarantine"), SCHEMA)
    print(f"   validator finds a misspelt attribute: {'no' if typo.validation_passed else 'yes'}")

    print("\n3. one condition weakened                      caught by the 108 requests")
    for name, mutant in mutants(IDENTITY):
        assert mutant != IDENTITY, f"the mutation changes nothing: {name}"
        print(f"   {name:<42}  {'yes' if decide(mutant) != new else 'NO'}")


if __name__ == "__main__":
    main()
