"""The manifests of docs/cluster are valid, and start commands that the course knows."""

import re
import shlex
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from whitepaper.cli import arguments, commands
from whitepaper.devices import cluster

FOLDER = Path(__file__).parent.parent / "docs" / "cluster"
SLURM = FOLDER / "slurm.sbatch"
DOCUMENTS = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")))
SCRIPT = DOCUMENTS[1]["spec"]["template"]["spec"]["containers"][0]["args"][0]


def started(text):
    return re.findall(r"python -m whitepaper (.+?)(?: &&.*)?$", text, re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["kind"])
def test_kubernetes_accepts_the_manifest(document):
    kubernetes_validate.validate(document, "1.33", strict=True)


def test_the_service_selects_the_jobs_pods():
    service, job = DOCUMENTS
    assert service["spec"]["selector"] == {"job-name": job["metadata"]["name"]}
    assert service["metadata"]["name"] == job["spec"]["template"]["spec"]["subdomain"]
    assert job["spec"]["completions"] == job["spec"]["parallelism"]


@pytest.mark.parametrize("index", [0, 1])
def test_each_pod_finds_its_seat(index, monkeypatch):
    shown = re.sub(r"^exec .*$", 'printf %s "$TF_CONFIG"', SCRIPT, flags=re.MULTILINE)
    surroundings = {"JOB_COMPLETION_INDEX": str(index), "WORKERS": "2", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", "-euc", shown], env=surroundings, capture_output=True, text=True, check=True)
    monkeypatch.setenv("TF_CONFIG", done.stdout)
    assert cluster.seat() == cluster.Seat(("whitepaper-0.whitepaper:8888", "whitepaper-1.whitepaper:8888"), index)


def test_the_batch_script_is_read_by_bash_and_names_options_of_sbatch():
    subprocess.run(["bash", "-n", str(SLURM)], check=True)
    lines = [line for line in SLURM.read_text(encoding="utf-8").splitlines() if line.startswith("#SBATCH")]
    names = {re.fullmatch(r"#SBATCH --([a-z-]+)(=\S+)?", line)[1] for line in lines}
    # From sbatch's manual.
    assert names == {"job-name", "nodes", "ntasks-per-node", "cpus-per-task", "mem", "time", "requeue", "output"}


@pytest.mark.parametrize("text", [SCRIPT, SLURM.read_text(encoding="utf-8")], ids=["kubernetes", "slurm"])
def test_the_commands_are_known(text):
    found = started(text)
    assert len(found) == 1
    name, *words = shlex.split(found[0])
    chosen = arguments.parse(name, commands.COMMANDS[commands.ALSO.get(name, name)], words)
    assert chosen["number"] == "20"
    assert chosen["strategy"] == "multiworker"
