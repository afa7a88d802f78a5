# The Kafka image: the broker's jars from Maven Central on a small Java runtime.
# shellcheck shell=bash disable=SC2154
# shellcheck source=scripts/image/java.sh
source "$here/image/java.sh"

build_kafka() {
	local root=$1 tree=$work/kafka/tree from=$here/image/kafka libs
	# The command-line tools name Connect, whose web server nothing here uses.
	pom "$work/kafka/dependencies.xml" \
		"org.apache.kafka:kafka_2.13:$KAFKA_VERSION" \
		"org.apache.kafka:kafka-tools:$KAFKA_VERSION:-org.apache.kafka/connect-runtime:-org.apache.kafka/connect-transforms" \
		"org.apache.logging.log4j:log4j-slf4j-impl:$KAFKA_LOG4J_VERSION"
	libs=$(jars kafka "$work/kafka/dependencies.xml")
	java_tree "$tree"
	skeleton "$root" "$tree"
	java_runtime "$root" /opt/java
	# The codecs' native libraries lie inside jars, where nothing sees what they load.
	local lib
	for lib in "$tree"/usr/lib/*-linux-*/lib{pthread,dl,rt,m}.so.[0-9]*; do
		take "$root" "$tree" "${lib#"$tree"}"
	done

	mkdir -p "$root/opt/kafka/libs" "$root/opt/kafka/bin" "$root/opt/kafka/config" "$root/etc/kafka/docker" \
		"$root/etc/kafka/secrets" "$root/var/lib/kafka/data" "$root/mnt/shared/config" "$root/opt/kafka/logs"
	cp "$libs"/*.jar "$root/opt/kafka/libs/"
	cp -r "$from/Start.java" "$libs" "$tree/out/"
	jdk javac -proc:none -cp "/out/$(basename "$libs")/*" -d /out/classes /out/Start.java
	jdk jar --create --file /out/start.jar -C /out/classes .
	cp "$tree/out/start.jar" "$root/opt/kafka/libs/crashlab-start.jar"
	cp "$from"/{server.properties,log4j2.yaml,tools-log4j2.yaml} "$root/etc/kafka/docker/"
	cp "$root"/etc/kafka/docker/* "$root/opt/kafka/config/"
	install -m 755 "$from/run" "$root/etc/kafka/docker/run"
	install -m 755 "$from/tool" "$root/opt/kafka/bin/kafka-run-class.sh"
	local tool
	for tool in topics console-producer console-consumer consumer-groups configs metadata-quorum get-offsets \
		leader-election reassign-partitions broker-api-versions log-dirs dump-log delete-records transactions \
		producer-perf-test consumer-perf-test acls features storage groups share-groups; do
		ln -s kafka-run-class.sh "$root/opt/kafka/bin/kafka-$tool.sh"
	done

	# As the official image: an unprivileged user owns what it writes.
	echo 'appuser:x:1000:1000:appuser:/home/appuser:/bin/sh' >>"$root/etc/passwd"
	echo 'appuser:x:1000:' >>"$root/etc/group"
	install -d -o 1000 -g 1000 "$root/home/appuser"
	chown -R 1000:1000 "$root"/opt/kafka/{config,logs} "$root/var/lib/kafka" "$root/etc/kafka" "$root/mnt/shared"

	# One start and stop of a broker, to archive the classes that it loads. It
	# comes last: the archive is bound to the jars' sizes and times.
	install -m 755 "$from/warm" "$root/tmp/warm"
	inside "$root" /tmp/warm >"$cache/kafka-warm.log" 2>&1 ||
		die "the broker did not start in the new image (log $cache/kafka-warm.log)"
	rm -rf "${root:?}"/tmp/* "$root"/opt/kafka/logs/*
	cp -a "$root"/etc/kafka/docker/*.{properties,yaml} "$root/opt/kafka/config/"

	changes+=(
		'USER appuser'
		'EXPOSE 9092'
		'VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]'
		'ENV PATH=/opt/kafka/bin:/opt/java/bin:/usr/bin:/usr/sbin'
		'ENV JAVA_HOME=/opt/java'
		'ENV LANG=C.UTF-8'
		'CMD ["/etc/kafka/docker/run"]'
	)
}
