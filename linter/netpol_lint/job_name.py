"""Selectors that ask for the Jobs of a CronJob by its own name, which none of its Jobs has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from netpol_lint.named_tuple import NamedTuple
from netpol_lint.policy import Operator, Requirement
from netpol_lint.repository import Census, Resident, Roll
from netpol_lint.wording import cut, fitted

KEYS = frozenset(("job-name", "batch.kubernetes.io/job-name"))
"""Labels that the Job controller puts onto pods: the name of their Job."""
_LISTED = 70
"""Characters of the labels that a help shows."""


class Misnomer(NamedTuple):
    """The name of a CronJob, where the name of a Job is asked for."""

    requirement: Requirement
    cron_job: Resident

    @property
    def message(self) -> str:
        """What the CronJob makes of its name."""
        name = self.cron_job.workload.name
        return fitted(
            "the Jobs of CronJob {} are called {}: no pod has this job-name", name, f"{name}-…"
        )

    @property
    def help(self) -> str:
        """What to select instead.

        Source: getJobName in pkg/controller/cronjob/cronjob_controllerv2.go of Kubernetes.
        """
        labels = self.cron_job.labels or {}
        pairs = ", ".join(f"{key}: {value}" for key, value in labels.items())
        instead = (
            f"select what its pods carry: {cut(pairs, _LISTED)}"
            if pairs
            else "give its pod template a label, and select that"
        )
        return f"each Job gets the name of its CronJob and a number that tells its time;\n{instead}"


def misnomer(
    requirements: Iterable[Requirement], rolls: Sequence[Roll], census: Census
) -> Misnomer | None:
    """The requirement that means CronJobs of the `rolls`, and no Job of the repository."""
    for each in requirements:
        if each.key not in KEYS or each.operator is not Operator.IN or not each.values:
            continue
        here = chain.from_iterable(rolls)
        cron_jobs = {one.workload.name: one for one in here if one.workload.kind == "CronJob"}
        if not cron_jobs.keys() >= set(each.values):
            continue
        jobs = (one.workload for one in census.workloads if one.workload.kind == "Job")
        if all(job.name not in each.values for job in jobs):
            return Misnomer(each, cron_jobs[each.values[0]])
    return None
