# The Redis image: Debian's redis-server and its libraries.
# shellcheck shell=bash disable=SC2154

build_redis() {
	local root=$1 tree=$work/redis/tree version
	debian_tree "$tree" redis-server redis-tools busybox-static
	skeleton "$root" "$tree"
	take "$root" "$tree" /usr/bin/redis-server /usr/bin/redis-check-rdb /usr/bin/redis-cli /usr/bin/redis-benchmark
	install -D -m 755 "$here/image/redis/entrypoint" "$root/usr/local/bin/docker-entrypoint.sh"
	echo 'redis:x:999:999:redis:/data:/bin/sh' >>"$root/etc/passwd"
	echo 'redis:x:999:' >>"$root/etc/group"
	install -d -o 999 -g 999 "$root/data"
	version=$(inside "$root" redis-server --version)
	[[ $version == *"v=$REDIS_VERSION."* ]] || die "Debian's Redis is not $REDIS_VERSION: $version"
	changes+=(
		'USER redis'
		'WORKDIR /data'
		'VOLUME /data'
		'EXPOSE 6379'
		'ENTRYPOINT ["docker-entrypoint.sh"]'
		'CMD ["redis-server"]'
		'ENV PATH=/usr/local/bin:/usr/bin:/usr/sbin'
	)
}
