"""A lease's end, a rotation and an envelope: what the labs of Secrets Management show."""

import pytest

PROGRAMS = ("ttl_is_not_revocation", "rotation", "envelope")


class PasswordTable:
    """Stands in for PostgreSQL: remembers the last password of each user."""

    def __init__(self):
        self.current, self.counter = {}, 0

    def set_password(self, user):
        self.counter += 1
        self.current[user] = self.counter
        return user, self.counter

    def accepts(self, credential):
        user, password = credential
        return self.current[user] == password


def line(run, start):
    """The first printed line that starts so, after its label, split into words."""
    (found, *_) = (row for row in run.out.splitlines() if row.strip().startswith(start))
    return found.strip().removeprefix(start).split()


@pytest.fixture
def lease_run(run_lab):
    return run_lab("secrets-management/ttl_is_not_revocation.py")


@pytest.fixture
def envelope_run(run_lab):
    return run_lab("secrets-management/envelope.py")


@pytest.fixture
def rotation(load_lab):
    return load_lab("secrets-management/rotation.py")


@pytest.fixture
def envelope(load_lab):
    return load_lab("secrets-management/envelope.py")


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_prints_what_is_recorded(run_lab, program):
    run = run_lab(f"secrets-management/{program}.py")
    assert run.returncode == 0
    run.matches_recorded()


def test_expired_lease_refuses_a_new_login_and_keeps_the_open_session_reading(lease_run):
    assert line(lease_run, "TTL over, nothing revoked") == ["refused", "20", "of", "20", "open"]


def test_dropped_role_loses_its_privileges_and_keeps_its_session(lease_run):
    assert line(lease_run, "role dropped (default revocation)") == ["refused", "0", "of", "20", "open"]


def test_terminating_before_nologin_lets_the_thief_back_in(lease_run):
    assert line(lease_run, "terminated first")[0] == "accepted"
    assert line(lease_run, "NOLOGIN first, then terminated")[0] == "refused"


def test_role_that_owns_a_table_cannot_be_dropped_and_still_reads(lease_run):
    assert line(lease_run, "DROP ROLE failed: it owns a table") == ["refused", "20", "of", "20", "open"]
    assert line(lease_run, "ownership moved, then dropped") == ["refused", "0", "of", "20", "closed"]


def test_rotating_one_user_fails_logins(rotation):
    failed, attempted = rotation.rotate(PasswordTable(), ["app"], period=10)
    assert 0 < failed < attempted


def test_refetching_on_refusal_leaves_only_the_lag_of_the_store(rotation):
    failed, _ = rotation.rotate(PasswordTable(), ["app"], period=10, refetch=True)
    rotations = rotation.TICKS // 10
    assert failed == rotations * rotation.CLIENTS * rotation.LAG


@pytest.mark.parametrize("period", range(6, 21))
def test_two_users_fail_nothing_when_the_period_covers_cache_age_and_lag(rotation, period):
    assert rotation.LAG + rotation.REFRESH - 1 <= period
    assert rotation.rotate(PasswordTable(), ["app_a", "app_b"], period)[0] == 0


@pytest.mark.parametrize("period", range(1, 5))
def test_two_users_fail_when_rotated_faster_than_the_caches_refresh(rotation, period):
    assert rotation.rotate(PasswordTable(), ["app_a", "app_b"], period)[0] > 0


def test_swapped_ciphertext_is_accepted_without_context_and_refused_with_it(envelope):
    assert envelope.swapped(with_context=False) == "gift card of order 8"
    assert envelope.swapped(with_context=True) == "refused: InvalidTag"


def test_rewrapping_keeps_the_note_and_replaces_the_wrapped_key(envelope):
    old, new = (envelope.AESGCM.generate_key(256) for _ in range(2))
    row = envelope.encrypt_order(old, 7, b"note")
    again = envelope.rewrap(old, new, 7, row)
    assert again[1] == row[1] and again[0] != row[0]
    assert envelope.decrypt_order(new, 7, again) == b"note"


def test_rotation_of_the_kek_does_not_close_an_old_backup_or_a_copied_data_key(envelope_run):
    assert line(envelope_run, "old KEK, today's table")[0] == "0"
    assert line(envelope_run, "old KEK, yesterday's backup")[0] == "2,000"
    assert line(envelope_run, "copied DEKs, today's table")[0] == "2,000"
