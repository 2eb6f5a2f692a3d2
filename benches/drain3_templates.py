#!/usr/bin/env python3
"""Prints the templates that Drain3 finds in a log, and their counts: drain3_templates.py LOG"""
import sys

from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

miner = TemplateMiner(config=TemplateMinerConfig())
with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
    for line in log:
        miner.add_log_message(line.rstrip("\n"))
for cluster in miner.drain.clusters:
    print(cluster.size, cluster.get_template(), sep="\t")
