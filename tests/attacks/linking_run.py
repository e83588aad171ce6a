"""Attack many small companies in one server; run as a process of its own, because Django is set up on the scratch database.

Prints what `azimuth attack linking --json` prints; fails when a comment lies in clear anywhere before the count.
"""

from __future__ import annotations

import json
import os
import sys

from azimuth.operations.commands.attack import scratch_site


def main(people: int, seeds: int) -> None:
    """Attack so many companies of so many people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azimuth.settings")
    with scratch_site() as site:
        from azimuth.operations.linking.verdict import judge

        print(json.dumps(judge(site, people=people, seeds=range(1, seeds + 1), through_pages=False)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
