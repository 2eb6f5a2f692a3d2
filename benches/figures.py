"""Reads the file of samples that side_by_side.sh writes.

Lines that begin with `#` tell of the machine and the log: a name and a value. Each other line is one run of a
program: name, what it runs, bytes that it reads, wall seconds, CPU seconds, resident set in KiB.
"""
import pathlib
import statistics

DIRECTORY = pathlib.Path(__file__).parent / "figures"


def newest():
    """Returns the newest file of samples. Their names begin with the date."""
    return max(DIRECTORY.glob("*.tsv"))


class Program:
    """The runs of one program. A program that read a part of the log gets the seconds of the whole."""

    def __init__(self, label, share):
        self.label = label
        self.share = share
        self.wall, self.cpu, self.resident = [], [], []

    def add(self, wall, cpu, resident):
        self.wall.append(float(wall) / self.share)
        self.cpu.append(float(cpu) / self.share)
        self.resident.append(int(resident))


class Figures:
    """The programs of a file of samples, in order, and `about`, the lines on machine and log."""

    def __init__(self, path):
        self.about, self.programs = {}, {}
        for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line.startswith("#"):
                self.about[cells[0][1:]] = cells[1]
                continue
            name, label, size, *sample = cells
            share = int(size) / int(self.about["bytes"])
            self.programs.setdefault(name, Program(label, share)).add(*sample)

    def machine(self):
        """Returns the date and the machine in a few words."""
        about = self.about
        return f"{about['date']}, {about['cpu']}, {about['cpus']} CPUs, {about['os']}"


def ratio(samples, others):
    """Returns the median of the ratios of samples to those that were taken in the same rounds."""
    return statistics.median(one / other for one, other in zip(samples, others))
