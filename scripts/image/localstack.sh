# The LocalStack image: the community edition from PyPI, with DynamoDB Local from
# Maven Central and kinesis-local from npm where LocalStack would download them.
# shellcheck shell=bash disable=SC2154
# shellcheck source=scripts/image/java.sh
source "$here/image/java.sh"

build_localstack() {
	local root=$1 tree=$work/localstack/tree from=$here/image/localstack
	local python=python$PYTHON_VERSION home=/opt/localstack static=/usr/lib/localstack
	debian_tree "$tree" busybox-static bash "$python" "lib$python-stdlib" python3-pip nodejs zlib1g libstdc++6 tzdata ca-certificates
	java_tree "$work/localstack/java"
	skeleton "$root" "$tree"
	take "$root" "$tree" /usr/bin/bash "/usr/bin/$python" "/usr/lib/$python" /usr/bin/node /usr/share/nodejs /usr/share/zoneinfo
	rm -rf "$root/usr/lib/$python"/{test,idlelib,ensurepip,lib2to3,pydoc_data,tkinter,turtledemo,__pycache__}
	ln -s "$python" "$root/usr/bin/python3"
	ln -s "$python" "$root/usr/bin/python"
	cat "$tree"/usr/share/ca-certificates/mozilla/*.crt | install -D -m 644 /dev/stdin "$root/etc/ssl/certs/ca-certificates.crt"

	python_packages "$root" "$tree" "$home"
	mkdir -p "$root$static"
	java_runtime "$root" /opt/java
	dynamodb_local "$root$static"
	kinesis_local "$root$static"
	jsonata "$root$static"
	libraries "$root" "$tree"

	mkdir -p "$root"/etc/localstack/init/{boot,start,ready,shutdown}.d "$root/var/lib/localstack" "$root/tmp/localstack"
	touch "$root$static/.community-version"
	install -D -m 755 "$from/entrypoint" "$root/usr/local/bin/docker-entrypoint.sh"
	install -m 755 "$from/awslocal" "$root/usr/local/bin/awslocal"

	# Bytecode that is never checked against its source, for all that a start or a
	# request imports; what only templates or documents need is compiled when used.
	inside "$root" "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash \
		-x '/(sympy|mpmath|networkx|cfnlint|samtranslator|docutils|awscli/examples|tests?)/' "$home" "/usr/lib/$python" \
		>"$cache/compile.log" 2>&1 || true
	install -m 755 "$from/warm" "$from/exercise.py" "$root/tmp/"
	inside "$root" /tmp/warm >"$cache/localstack-warm.log" 2>&1 ||
		die "LocalStack did not start in the new image (log $cache/localstack-warm.log)"
	rm -rf "${root:?}"/tmp/* "$root"/var/lib/localstack/*

	changes+=(
		'WORKDIR /opt/localstack'
		'EXPOSE 4566'
		'VOLUME /var/lib/localstack'
		"ENV PATH=/usr/local/bin:/usr/bin:/usr/sbin PYTHONPATH=$home LANG=C.UTF-8 PYTHONUNBUFFERED=1"
		'ENV OVERRIDE_IN_DOCKER=1 GATEWAY_LISTEN=0.0.0.0:4566'
		'ENV SKIP_SSL_CERT_DOWNLOAD=1 DISABLE_EVENTS=1 DNS_ADDRESS=0'
		'ENTRYPOINT ["docker-entrypoint.sh"]'
	)
}

# python_packages ROOT TREE HOME: LocalStack and what it depends on, at the pinned
# versions, by TREE's pip: this machine need not have the same Python.
python_packages() {
	local root=$1 tree=$2 home=$3 key wheels log=$cache/pip.log try
	local constraints=$here/image/localstack/constraints.txt
	key=$(cat "$constraints" <(echo "$LOCALSTACK_VERSION $PYTHON_VERSION") | sha256sum | cut -c1-16)
	wheels=$cache/wheels-$key
	mkdir -p "$tree/pip"
	cp "$constraints" "$tree/pip/"
	if [[ ! -e $wheels/complete ]]; then
		say "fetching LocalStack's Python packages"
		mkdir -p "$wheels"
		for try in 1 2 3; do
			# What a broken connection left in the folder is not fetched again.
			cp -r "$wheels" "$tree/pip/wheels"
			if online "$tree" "python$PYTHON_VERSION" -m pip wheel -q --no-cache-dir --disable-pip-version-check \
				--find-links /pip/wheels --wheel-dir /pip/wheels --constraint /pip/constraints.txt \
				"localstack-core[runtime]==$LOCALSTACK_VERSION" >"$log" 2>&1; then
				cp -r "$tree"/pip/wheels/. "$wheels/"
				touch "$wheels/complete"
				break
			fi
			((try < 3)) || die "pip could not fetch LocalStack: $(grep -m 1 -E 'ERROR' "$log") (all of it: $log)"
			cp -r "$tree"/pip/wheels/. "$wheels/"
			rm -rf "$tree/pip/wheels"
		done
	else
		cp -r "$wheels" "$tree/pip/wheels"
	fi
	online "$tree" "python$PYTHON_VERSION" -m pip install -q --disable-pip-version-check --no-index --find-links /pip/wheels \
		--no-compile --target /pip/home "localstack-core[runtime]==$LOCALSTACK_VERSION" >"$log" 2>&1 ||
		die "pip could not install LocalStack: $(tail -n 1 "$log") (all of it: $log)"
	mkdir -p "$(dirname "$root$home")"
	mv "$tree/pip/home" "$root$home"
	find "$root$home" -type d \( -name tests -o -name examples \) \
		\( -path '*/sympy/*' -o -path '*/networkx/*' -o -path '*/awscli/*' -o -path '*/mpmath/*' \) -prune -exec rm -rf {} +
}

# dynamodb_local STATIC: DynamoDB Local laid out as in the archive that LocalStack
# would download: a jar whose manifest names those in DynamoDBLocal_lib.
dynamodb_local() {
	local dir=$1/dynamodb-local/2 out=$java_from/out libs jar
	pom "$work/localstack/dynamodb.xml" "software.amazon.dynamodb:DynamoDBLocal:$DYNAMODB_LOCAL_VERSION"
	libs=$(jars localstack "$work/localstack/dynamodb.xml")
	mkdir -p "$dir/DynamoDBLocal_lib"
	for jar in "$libs"/*.jar; do
		case ${jar##*/} in
		DynamoDBLocal-*) cp "$jar" "$out/published.jar" ;;
		mockito-* | hamcrest-* | objenesis-*) ;; # test libraries
		*) cp -p "$jar" "$dir/DynamoDBLocal_lib/" ;;
		esac
	done
	for jar in "$libs"/libsqlite4java-linux-*.so; do
		cp "$jar" "$dir/DynamoDBLocal_lib/$(basename "${jar%-*}").so"
	done
	# The published jar's manifest names the files of the archive, by other names
	# than Maven's, and a folder, which a class data archive can't have.
	{
		echo 'Main-Class: software.amazon.dynamodb.services.local.main.ServerRunner'
		printf 'Class-Path:'
		(cd "$dir" && printf ' %s\n ' DynamoDBLocal_lib/*.jar)
		echo
	} | sed '/^ *$/d' >"$out/manifest"
	"$root/usr/bin/busybox" unzip -q -d "$out/classes" "$out/published.jar"
	rm -rf "$out"/classes/META-INF/{MANIFEST.MF,*.SF,*.RSA,*.DSA}
	cp "$here/image/localstack/log4j2.xml" "$out/classes/"
	jdk jar --create --file /out/DynamoDBLocal.jar --manifest /out/manifest -C /out/classes .
	cp "$out/DynamoDBLocal.jar" "$dir/"
	mkdir -p "$1/java/21/bin"
	ln -s /opt/java/lib "$1/java/21/lib"
	install -m 755 "$here/image/localstack/java" "$1/java/21/bin/java"
	ln -s 21 "$1/java/11"
}

kinesis_local() {
	local dir=$1/kinesis-local/$KINESIS_LOCAL_VERSION archive=$cache/kinesis-local-$KINESIS_LOCAL_VERSION.tgz
	if [[ ! -s $archive ]]; then
		need_commands npm:npm
		say "fetching kinesis-local"
		(cd "$cache" && npm pack --silent "kinesis-local@$KINESIS_LOCAL_VERSION") >"$cache/npm.log" 2>&1 ||
			die "npm could not fetch kinesis-local: $(tail -n 1 "$cache/npm.log")"
	fi
	mkdir -p "$dir/node_modules/kinesis-local"
	tar -C "$dir/node_modules/kinesis-local" --strip-components=1 --no-same-owner --exclude='*.map' -xf "$archive"
}

# jsonata STATIC: what Step Functions loads for queries in JSONata.
jsonata() {
	local libs dir=$1/jsonata/$JSONATA_VERSION
	pom "$work/localstack/jsonata.xml" "com.dashjoin:jsonata:$JSONATA_VERSION" \
		"com.fasterxml.jackson.core:jackson-databind:2.16.2"
	libs=$(jars localstack "$work/localstack/jsonata.xml")
	mkdir -p "$dir"
	cp -p "$libs"/jsonata-*.jar "$libs"/jackson-*.jar "$dir/"
}
