# What the image builders share. Sourced by scripts/images.
# shellcheck shell=bash disable=SC2016,SC2154

say() { echo "images: $*" >&2; }
die() {
	echo "images: $*" >&2
	exit 1
}

# need_host: the build can run here, or one line says why not.
need_host() {
	command -v apt-get >/dev/null ||
		die "images are built on Debian or a derivative, which this is not: run it in such a container or virtual machine, or pull the official images"
	[[ $(id -u) == 0 ]] || die "building needs root (apt-get, chroot): run it with sudo"
	docker info >/dev/null 2>&1 || die "no Docker engine answers: run scripts/docker-up first"
	need_commands mmdebstrap:mmdebstrap unshare:util-linux mount:mount objdump:binutils
	need_packages debian-archive-keyring
	# Trees are entered in a mount namespace of their own: a mount that others saw would be theirs, too,
	# when the tree is removed.
	unshare --mount true 2>/dev/null ||
		die "no mount namespace can be made here: a chroot's root has to be a mount (mount --bind DIR DIR before chroot DIR), and a container has to be privileged"
}

# need_commands COMMAND:PACKAGE…: installs the packages whose command is missing.
need_commands() {
	local pair missing=()
	for pair in "$@"; do
		command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
	done
	((${#missing[@]})) || return 0
	need_packages "${missing[@]}"
}

# need_packages PACKAGE…: installs the Debian packages that are missing.
need_packages() {
	local p missing=()
	for p in "$@"; do
		[[ $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) == *" installed" ]] || missing+=("$p")
	done
	((${#missing[@]})) || return 0
	say "installing ${missing[*]}"
	local log=$cache/apt.log
	{
		DEBIAN_FRONTEND=noninteractive apt-get update -q &&
			DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
	} >"$log" 2>&1 || die "apt could not install ${missing[*]}: $(tail -n 1 "$log") (all of it: $log)"
}

# debian_tree DIR PACKAGE…: unpacks the packages and all that they depend on,
# without running their scripts. Kept as an archive: the second time is a copy.
debian_tree() {
	local dir=$1
	shift
	local key archive
	key=$(printf '%s\n' "$DEBIAN_SUITE" "$@" | sha256sum | cut -c1-16)
	archive=$cache/debian-$key.tar
	if [[ ! -s $archive ]]; then
		local packages
		packages=$(IFS=, && echo "$*")
		# Without a mirror it takes Debian's own, or the one given.
		mmdebstrap --quiet --format=tar --variant=extract --include="$packages" "$DEBIAN_SUITE" "$archive.part" \
			${CRASHLAB_DEBIAN_MIRROR:+"$CRASHLAB_DEBIAN_MIRROR"} >"$cache/mmdebstrap.log" 2>&1 ||
			die "Debian's packages could not be fetched: $(grep -E '^E:' "$cache/mmdebstrap.log" | tail -n 1) (all of it: $cache/mmdebstrap.log)"
		mv "$archive.part" "$archive"
	fi
	mkdir -p "$dir"
	tar -C "$dir" --exclude='./dev/*' -xf "$archive"
	mkdir -p "$dir/proc"
	# The links that Debian's base-files would bring.
	local top
	for top in bin sbin lib lib64; do
		mkdir -p "$dir/usr/$top"
		[[ -e $dir/$top ]] || ln -s "usr/$top" "$dir/$top"
	done
}

# skeleton ROOT TREE: the folders and files that every image has: a shell and its
# tools (busybox), users, name resolution, time zone.
skeleton() {
	local root=$1 tree=$2
	mkdir -p "$root"/{dev,etc,proc,root,run,sys,tmp,usr/bin,usr/lib,usr/sbin,var/tmp,var/log}
	chmod 1777 "$root/tmp" "$root/var/tmp"
	ln -s usr/bin "$root/bin"
	ln -s usr/sbin "$root/sbin"
	ln -s usr/lib "$root/lib"
	ln -s usr/lib64 "$root/lib64"
	mkdir -p "$root/usr/lib64"
	cp "$tree/bin/busybox" "$root/usr/bin/busybox"
	chroot "$root" /usr/bin/busybox --install -s /usr/bin
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	echo '127.0.0.1 localhost' >"$root/etc/hosts"
	echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
	echo "PRETTY_NAME=\"Debian $DEBIAN_SUITE files (crashlab)\"" >"$root/etc/os-release"
	mkdir -p "$root/usr/share/zoneinfo/Etc"
	# Each package's licence goes where its files go.
	(cd "$tree" && find usr/share/doc -name copyright -print0 | tar -c --null -T -) | tar -x -C "$root"
}

# take ROOT TREE PATH…: copies paths (files or folders) and the shared libraries
# that their programs and modules load.
take() {
	local root=$1 tree=$2 path
	shift 2
	for path in "$@"; do
		[[ -e $tree$path || -L $tree$path ]] || die "$path is not in the Debian packages"
		mkdir -p "$root$(dirname "$path")"
		cp -a "$tree$path" "$root$(dirname "$path")/"
	done
	libraries "$root" "$tree"
}

# needed ROOT: the names of the shared libraries that anything in ROOT loads.
needed() {
	# objdump complains of each file that is no program; those are many.
	find "$1" -xdev -type f \( -perm /111 -o -name '*.so' -o -name '*.so.*' \) -print0 |
		{ xargs -0 -r -n 64 objdump -p 2>/dev/null || true; } |
		awk '$1 == "NEEDED" { print $2 }' | sort -u
}

# libraries ROOT TREE: adds from TREE every shared library that a program or
# module in ROOT names and ROOT lacks.
libraries() {
	local root=$1 tree=$2 lib loader dir
	loader=$(cd "$tree" && find lib64/ lib/ -maxdepth 1 -name 'ld-linux-*.so.*' -print -quit)
	dir=$(basename "$(dirname "$(find "$tree/lib" "$tree/usr/lib" -name libc.so.6 | head -n 1)")")
	if [[ ! -e $root/$loader ]]; then
		mkdir -p "$root/$(dirname "$loader")"
		cp -L "$tree/$loader" "$root/$loader"
	fi
	mkdir -p "$root/usr/lib/$dir"
	local before=-1 found=0
	# A library can name others, so until nothing is new.
	while ((found != before)); do
		before=$found
		while read -r lib; do
			local have
			have=$(find "$root/usr/lib" "$root/usr/lib/$dir" -maxdepth 1 -name "$lib" -print -quit 2>/dev/null)
			[[ -z $have ]] || continue
			local from
			for from in "$tree/lib/$dir/$lib" "$tree/usr/lib/$dir/$lib"; do
				[[ -e $from ]] || continue
				cp -L "$from" "$root/usr/lib/$dir/$lib"
				found=$((found + 1))
				break
			done
		done < <(needed "$root")
	done
}

# online TREE COMMAND…: runs a command in the tree with this machine's network and
# what its package managers need to use it: name resolution, proxies, certificates.
online() {
	local tree=$1 var env=()
	shift
	cp -L /etc/resolv.conf "$tree/etc/resolv.conf"
	cp -L /etc/hosts "$tree/etc/hosts"
	install -D -m 644 "${PIP_CERT:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}" "$tree/etc/ssl/certs/ca-certificates.crt"
	[[ ! -e /etc/pip.conf ]] || grep -v '^ *cert *=' /etc/pip.conf >"$tree/etc/pip.conf" || true
	for var in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST; do
		[[ -z ${!var:-} ]] || env+=("$var=${!var}")
	done
	unshare --mount --pid --fork --kill-child -- /bin/sh -c '
		tree=$1; shift
		mount --bind /dev "$tree/dev" && mount -t proc proc "$tree/proc" || exit 1
		exec chroot "$tree" /usr/bin/busybox env -i "$@"
	' sh "$tree" PATH=/usr/local/bin:/usr/bin:/bin HOME=/root LANG=C.UTF-8 PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
		"${env[@]}" "$@" 9>&-
}

# inside ROOT COMMAND…: runs a command in the tree, with a loopback network of its
# own, its own /proc and the host's /dev, so that a server can be warmed up
# without touching a port of this machine. It ends after five minutes at most.
inside() {
	local root=$1
	shift
	timeout --kill-after=5 300 unshare --net --uts --mount --pid --fork --kill-child -- /bin/sh -c '
		root=$1; shift
		hostname localhost
		mount --bind /dev "$root/dev" && mount -t proc proc "$root/proc" || exit 1
		exec chroot "$root" /usr/bin/busybox env -i PATH=/usr/local/bin:/usr/bin:/usr/sbin:/opt/kafka/bin HOME=/root LANG=C.UTF-8 \
			busybox sh -c "busybox ip link set lo up; exec \"\$@\"" sh "$@"
	' sh "$root" "$@" 9>&-
}
