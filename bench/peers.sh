#!/bin/sh
# Measures the peers of docs/performance.md on this machine: Tryton, django-silver, and WeasyPrint's
# sheet. Not a part of the product and not of its tests; each peer gets an environment of its own.
#
#   bench/peers.sh SCRIPTS WORK OUT.json
#
# SCRIPTS holds tryton_peer.py, silver_peer.py and pdf_bench.py; WORK keeps the environments between
# runs; a PostgreSQL answers on 127.0.0.1 (PGUSER, PGPORT). OUT.json is what `bench --peers` reads.
set -eu
[ $# -eq 3 ] || { echo "usage: bench/peers.sh SCRIPTS WORK OUT.json" >&2; exit 2; }
scripts=$1 work=$2 out=$3
user=${PGUSER:-postgres} port=${PGPORT:-5432} rounds=${ROUNDS:-3}
uri="postgresql://$user@127.0.0.1:$port/"
export PGHOST=127.0.0.1 PGUSER="$user" PGPORT="$port"
mkdir -p "$work"

environment() {  # NAME PACKAGE…
    name=$1
    shift
    [ -e "$work/$name/ready" ] && return
    python3.11 -m venv "$work/$name"
    "$work/$name/bin/pip" install --quiet "$@"
    touch "$work/$name/ready"
}

environment tryton trytond trytond-sale-subscription proteus 'psycopg[binary]' psycopg_pool
environment silver 'setuptools<81' django-silver psycopg2-binary typing_extensions
environment weasyprint weasyprint

dropdb --if-exists peer_tryton_template
"$work/tryton/bin/python" "$scripts/tryton_peer.py" --uri "$uri" --db peer_tryton_template setup >&2
"$work/tryton/bin/python" "$scripts/tryton_peer.py" --uri "$uri" --db peer_tryton_template \
    populate --n 300 >&2

: > "$work/rounds.jsonl"
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    dropdb --if-exists peer_tryton
    createdb --template peer_tryton_template peer_tryton
    "$work/tryton/bin/python" "$scripts/tryton_peer.py" --uri "$uri" --db peer_tryton \
        bill --post-batch 100 | tail -n 1 >> "$work/rounds.jsonl"
    dropdb --if-exists peer_silver
    createdb peer_silver
    BENCH_PG="127.0.0.1,$port,$user,peer_silver" "$work/silver/bin/python" \
        "$scripts/silver_peer.py" --n 300 | tail -n 1 >> "$work/rounds.jsonl"
done
dropdb --if-exists peer_tryton
dropdb --if-exists peer_tryton_template
dropdb --if-exists peer_silver
"$work/weasyprint/bin/python" "$scripts/pdf_bench.py" --engine weasyprint > "$work/weasyprint.txt"

python3.11 - "$work" "$out" <<'PYTHON'
import json
import pathlib
import re
import statistics
import sys
from datetime import UTC, datetime

work, out = map(pathlib.Path, sys.argv[1:])
rates = {"tryton": [], "silver": []}
for line in (work / "rounds.jsonl").read_text().splitlines():
    row = json.loads(line)
    name = "tryton" if row["peer"] == "tryton" else "silver"
    rates[name].append(float(row["inv_per_s"]))
text = (work / "weasyprint.txt").read_text()
cpu = re.search(r"([\d.]+) ms CPU", text)
report = {name: statistics.median(values) for name, values in rates.items()}
report |= {"rounds": rates, "at": datetime.now(UTC).isoformat(timespec="seconds")}
if cpu:
    report["weasyprint_ms"] = float(cpu[1])
out.write_text(json.dumps(report, indent=2) + "\n")
print(json.dumps(report))
PYTHON
