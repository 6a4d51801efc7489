"""Exit code 0 if this environment meets what setup.cfg asks for with the given extras: satisfied.py EXTRA …"""

import configparser
import importlib.metadata
import sys

from pip._vendor.packaging.requirements import Requirement


def wanted(extras):
    """The requirements of setup.cfg that hold on this system."""
    config = configparser.ConfigParser()
    config.read("setup.cfg", encoding="utf-8")
    texts = [config["options"]["install_requires"], *(config["options.extras_require"][name] for name in extras)]
    lines = [line.split("#")[0].strip() for text in texts for line in text.splitlines()]
    found = [Requirement(line) for line in lines if line]
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def met(requirement):
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)


if __name__ == "__main__":
    importlib.metadata.version("whitepaper")  # installed at all, or an error
    sys.exit(not all(map(met, wanted(sys.argv[1:]))))
