"""Every measurement, a short one each: `make bench`."""

import subprocess
import sys

MEASUREMENTS = (
    ("benchmarks.click_to_start", "--clicks=100"),
    ("benchmarks.queue_load", "--seconds=30"),
    ("benchmarks.orders", "--orders", "500", "2000"),
    ("benchmarks.orders_read", "--orders", "2000"),
    ("benchmarks.webhooks", "--webhooks=300"),
)

for module, *arguments in MEASUREMENTS:
    print(f"\n{module} {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)
