#!/bin/sh
# Puts Helix, from Debian 13's packages, into the folder that is named, with the libraries it wants. Nothing is installed,
# and it need not be root; it runs on an older Debian too.
set -e
site=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 | tr -d ' ')
[ -n "$site" ]
mkdir -p "$1/lists/partial" "$1/cache/archives/partial" "$1/packages" "$1/root"
cd "$1"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" >sources.list
apt() {
	apt-get -qq -o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$PWD/lists" \
		-o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User= "$@"
}
apt update
apt download hx libc6 libgcc-s1
mv ./*.deb packages/
for package in packages/*.deb; do dpkg-deb -x "$package" root; done
rm -rf lists cache packages
loader=$(find "$PWD/root" -name 'ld-linux*' -type f | head -n 1)
cat >hx <<END
#!/bin/sh
HELIX_RUNTIME=$PWD/root/usr/lib/hx/runtime exec $loader --library-path $(dirname "$loader") $PWD/root/usr/bin/hx "\$@"
END
chmod +x hx
