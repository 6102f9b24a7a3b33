

@pytest.fixture
def {{name}}(run_lab):
    return run_lab("{{folder}}/{{name}}.py")


def test_{{name}}_prints_what_the_guide_shows({{name}}):
    assert {{name}}.returncode == 0, {{name}}.err
    {{name}}.matches_recorded()
