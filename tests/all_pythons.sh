#!/bin/sh
# Runs the tests on every other Python from 3.11 on that is on the PATH or under pyenv, each in an environment of its own.
set -u
ours=$("$BIN/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
failed=0
for version in 3.11 3.12 3.13 3.14; do
	[ "$version" = "$ours" ] && continue
	found=
	for candidate in "python$version" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
		"$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null && found=$candidate && break
	done
	if [ -z "$found" ]; then echo "==> no Python $version here"; continue; fi
	echo "==> Python $version"
	home=.venv/python$version
	[ -x "$home/bin/python" ] || "$found" -m venv "$home" || { failed=1; continue; }
	"$home/bin/python" -m pip --quiet --disable-pip-version-check install -e '.[dev,lsp]' || { failed=1; continue; }
	"$home/bin/python" -m pytest -q -n auto --dist worksteal || failed=1
done
exit $failed
