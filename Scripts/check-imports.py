#!/usr/bin/env python3
"""Checks that every target imports only what stands above it in Package.swift, and every C library has one importer."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
manifest = (root / "Package.swift").read_text()
order = re.findall(r'(?:library|cLibrary|\.target)\(\s*(?:name: )?"(\w+)"', manifest)
rank = {name: index for index, name in enumerate(order)}
c_libraries = set(re.findall(r'cLibrary\("(\w+)"', manifest))
problems, importers = [], {}
for target in order:
    folder = root / "Sources" / target
    for file in sorted(folder.rglob("*.swift")) if folder.is_dir() else []:
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = re.match(r"(?:@\w+ )*(?:internal |package |public |private |fileprivate )?import (?:\w+ )?(\w+)", line)
            if not match:
                continue
            module, place = match[1], f"{file.relative_to(root)}:{number}"
            if module in rank and rank[module] >= rank[target]:
                problems.append(f"{place}: {target} may not import {module}, which stands below it")
            if module in ("Foundation", "FoundationEssentials"):
                problems.append(f"{place}: {module} is not used here")
            if module in c_libraries:
                importers.setdefault(module, set()).add(target)
for module, targets in importers.items():
    if len(targets) > 1:
        problems.append(f"{module} has several importers: {', '.join(sorted(targets))}")
print("\n".join(problems) or f"imports of {len(order)} targets are in order")
sys.exit(1 if problems else 0)
