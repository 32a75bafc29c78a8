"""The verb `simulate` and its file: exact and simulated figures in one JSON shape, every mistake in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inspections.__main__ import main

QUARTERS = """
replications = 4000
seed = 7
[[cell]]
name = "mines"
class = "A"
size = 40
tasks = ["Q1", "Q2", "Q3", "Q4"]
""" + "".join(f'[[task]]\nid = "Q{number}"\nquota = {{ A = 10 }}\n' for number in range(1, 5))


def call(tmp_path: Path, text: str, *options: str) -> Result:
    scenario = tmp_path / "year.toml"
    scenario.write_text(text, "utf-8")
    return CliRunner().invoke(main, ["simulate", "--scenario", str(scenario), *options], env={"INSPECTIONS_LANG": "en"})


def figures(tmp_path: Path, text: str, *options: str) -> dict:  # type: ignore[type-arg]
    result = call(tmp_path, text, "--json", *options)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_four_quarters_of_a_quarter_leave_0_75_to_the_fourth_unvisited(tmp_path: Path) -> None:
    said = figures(tmp_path, QUARTERS)
    exact, simulated = said["exact"], said["simulated"]
    assert exact["never_visited"]["A"]["mean"] == pytest.approx(40 * 0.31640625)
    assert sum(exact["visits"]["A"].values()) == pytest.approx(40)
    assert set(exact["visits"]["A"]) == {"0", "1", "2", "3", "4"}
    for name in ("never_visited", "over_cap"):
        seen = simulated[name]["A"]
        assert abs(seen["mean"] - exact[name]["A"]["mean"]) < 5 * seen["se"]
        assert seen["sd"] == pytest.approx(exact[name]["A"]["sd"], rel=0.1)
    for number, seen in simulated["visits"]["A"].items():
        assert abs(seen["mean"] - exact["visits"]["A"][number]) <= 5 * seen["se"] + 1e-9


def test_with_rotation_all_tasks_are_one_series_and_nobody_is_left_out(tmp_path: Path) -> None:
    said = figures(tmp_path, "rotation = true\n" + QUARTERS)
    assert said["exact"]["never_visited"]["A"] == {"mean": 0, "sd": 0}
    assert said["simulated"]["never_visited"]["A"] == {"mean": 0, "sd": 0, "se": 0}
    assert said["exact"]["over_cap"]["A"]["mean"] == 0


def test_the_command_line_overrides_the_replications_and_the_seed_decides_the_numbers(tmp_path: Path) -> None:
    first, again = (figures(tmp_path, QUARTERS, "--replications", "50") for _ in range(2))
    assert first == again
    assert first["replications"] == 50
    assert figures(tmp_path, QUARTERS.replace("seed = 7", "seed = 8"), "--replications", "50") != first


def test_rates_doors_and_changing_classes(tmp_path: Path) -> None:
    text = """
        replications = 3000
        [[cell]]
        name = "stays"
        class = "A"
        size = 30
        tasks = ["spring", "autumn"]
        [[cell]]
        name = "worsens"
        class = "A"
        size = 2
        tasks = ["spring", "autumn"]
        class_at = { autumn = "D" }
        [[task]]
        id = "spring"
        rate = "25%"
        door = "together"
        [[task]]
        id = "autumn"
        rate = { A = "10%", D = 1.0 }
        door = "together"
    """
    said = figures(tmp_path, text)
    # Both tasks open one door: never more than one visit, and whoever worsens is certain to have it.
    assert set(said["exact"]["visits"]["A"]) == {"0", "1"}
    assert said["exact"]["never_visited"]["A"]["mean"] == pytest.approx(30 * 0.75 * 0.9)


def test_doors_days_and_problems_follow_from_the_visits(tmp_path: Path) -> None:
    seen = "\n[class.A]\ndays_per_visit = 2\ndone = 19\nproblems = 4\n"
    said = figures(tmp_path, QUARTERS + seen)
    exact, simulated = said["exact"], said["simulated"]
    assert exact["doors"]["A"]["mean"] == pytest.approx(40)
    assert exact["days"]["A"]["mean"] == exact["days"]["all"]["mean"] == pytest.approx(80)
    # Jeffreys' prior: (4 + 1/2) / (19 + 1).
    assert exact["problems"]["A"]["mean"] == exact["problems"]["all"]["mean"] == pytest.approx(40 * 4.5 / 20)
    found = simulated["problems"]["A"]
    assert abs(found["mean"] - 9) < 5 * found["se"]
    # The rate itself is uncertain, so the numbers spread more widely than a binomial's.
    assert found["sd"] ** 2 == pytest.approx(40 * 0.225 * 0.775 * (20 + 1 + 40 - 1) / 21, rel=0.15)
    fixed = figures(tmp_path, QUARTERS + "\n[class.A]\nproblem_rate = 0.5\n")["simulated"]["problems"]["A"]
    assert fixed["sd"] ** 2 == pytest.approx(40 * 0.25, rel=0.1)


def test_without_json_a_table_is_printed(tmp_path: Path) -> None:
    result = call(tmp_path, QUARTERS)
    assert result.exit_code == 0
    assert "12.66" in result.stdout
    assert "None" not in result.stdout


@pytest.mark.parametrize(
    ("wrong", "right", "named"),
    [
        ("seed = 7", "sed = 7", "sed"),
        ('class = "A"', "", "class"),
        ("size = 40", 'size = "40"', "size"),
        ("size = 40", "size = 40.5", "size"),
        ("size = 40", "size = -4", "-4"),
        ("{ A = 10 }", "{ A = 10.5 }", "quota"),
        ("{ A = 10 }", "{ A = 41 }", "41"),
        ("quota = { A = 10 }", "", "quota"),
        ('id = "Q4"', 'id = "Q5"', "Q4"),
        ("replications = 4000", "replications = true", "replications"),
        ("replications = 4000", "replications = 1", "1"),
        ("seed = 7", "seed = -7", "seed"),
        ('tasks = ["Q1", "Q2", "Q3", "Q4"]', 'tasks = ["Q1", 2]', "tasks"),
        ('tasks = ["Q1", "Q2", "Q3", "Q4"]', 'tasks = ["Q1", "Q2", "Q3", "Q4"]\nclass_at = { Q9 = "B" }', "Q9"),
        ("seed = 7", "seed = 7\n[class.A]\nproblem_rate = 1.5\n", "1.5"),
        ("seed = 7", "seed = 7\n[class.A]\ndone = 3\nproblems = 4\n", "problems"),
        ("seed = 7", "seed = 7\n[class.A]\nproblem_rat = 0.5\n", "problem_rat"),
        ("[[cell]]", "[cell]", "cell"),
        ("[[cell]]", "[[cell", "TOML"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(tmp_path: Path, wrong: str, right: str, named: str) -> None:
    assert wrong in QUARTERS
    result = call(tmp_path, QUARTERS.replace(wrong, right, 1), "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["simulate", "--scenario", str(tmp_path / "no.toml")])
    assert result.exit_code == 1
    assert "no.toml" in result.stderr


def test_frame_files_are_counted_into_cells(tmp_path: Path) -> None:
    (tmp_path / "mines.csv").write_text("object_id,class\n" + "".join(f"M{n},{'AB'[n % 2]}\n" for n in range(40)))
    # Twenty of the mines, half of them in another class by then, and twenty others.
    (tmp_path / "sites.csv").write_text("object_id,class\n" + "".join(f"M{n},{'AAB'[n % 3]}\n" for n in range(20, 60)))
    tasks = (
        '[[task]]\nid = "Q1"\nquota = { A = 5, B = 10 }\n[[task]]\nid = "Q2"\nrate = 0.5\n'
        '[[task]]\nid = "Q3"\nrate = 0.25\n'
    )
    frames = '[[frame]]\nfile = "mines.csv"\ntasks = ["Q1", "Q3"]\n[[frame]]\nfile = "sites.csv"\ntasks = ["Q2"]\n'
    cells: dict[tuple[str | None, str | None], int] = {}
    for n in range(60):
        both = "AB"[n % 2] if n < 40 else None, "AAB"[n % 3] if n >= 20 else None
        cells[both] = cells.get(both, 0) + 1
    same = ""
    for number, ((mine, site), size) in enumerate(cells.items()):
        drawn = [f'"{task}"' for task, code in (("Q1", mine), ("Q2", site), ("Q3", mine)) if code]
        same += f'[[cell]]\nname = "{number}"\nclass = "{mine or site}"\nsize = {size}\ntasks = [{", ".join(drawn)}]\n'
        same += f'class_at = {{ Q2 = "{site}" }}\n' if site and mine else ""
    of_frames, of_cells = (figures(tmp_path, text, "--replications", "20") for text in (frames + tasks, same + tasks))
    for name in ("never_visited", "visits", "over_cap", "doors"):
        for code in ("A", "B", "all"):
            assert of_frames["exact"][name][code] == pytest.approx(of_cells["exact"][name][code])


@pytest.mark.parametrize(
    ("tasks", "named"), [(('"Q1", "Q9"', '"Q2"'), "Q9"), (('"Q1"', '"Q2", "Q1"'), "Q1"), (('"Q1"', '"Q2"'), "none.csv")]
)
def test_a_mistake_about_frames_is_told_in_one_sentence(tmp_path: Path, tasks: tuple[str, str], named: str) -> None:
    (tmp_path / "pool.csv").write_text("object_id,class\nx,A\n")
    text = "".join(
        f'[[frame]]\nfile = "{file}"\ntasks = [{names}]\n'
        for file, names in zip(("pool.csv", "none.csv"), tasks, strict=True)
    )
    result = call(tmp_path, text + '[[task]]\nid = "Q1"\nquota = 1\n[[task]]\nid = "Q2"\nquota = 1\n')
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert named in result.stderr
