# The Java runtime of the kafka and localstack images, and jars from Maven Central.
# shellcheck shell=bash disable=SC2154

# java_tree DIR: unpacks a JDK, whose tools run by `jdk`, with a shell beside it.
java_tree() {
	java_from=$1
	debian_tree "$1" "openjdk-$JAVA_VERSION-jdk-headless" busybox-static libstdc++6 zlib1g tzdata
	java_home=/$(cd "$1" && echo usr/lib/jvm/java-"$JAVA_VERSION"-openjdk-*)
	mkdir -p "$1/out"
}

# jdk TOOL ARG…: runs one of the JDK's tools; paths are the tree's own.
jdk() {
	local tool=$1
	shift
	inside "$java_from" "$java_home/bin/$tool" "$@"
}

# java_runtime ROOT PATH: a runtime with the modules that a broker or DynamoDB
# Local can reach, at PATH in ROOT, with its class data archived for a fast start.
java_runtime() {
	local root=$1 path=$2
	local modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.management.rmi
	modules+=,java.naming,java.net.http,java.prefs,java.rmi,java.scripting,java.security.jgss,java.security.sasl,java.sql
	modules+=,java.transaction.xa,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent
	modules+=,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs
	jdk jlink --add-modules "$modules" --output /out/runtime \
		--compress=zip-2 --strip-java-debug-attributes --no-header-files --no-man-pages --vm=server
	mkdir -p "$(dirname "$root$path")"
	mv "$java_from/out/runtime" "$root$path"
	# Headless: java.desktop is here for java.beans alone.
	rm -f "$root$path"/lib/lib{awt*,fontmanager,javajpeg,lcms,mlib_image,jawt,splashscreen,jsound,freetype}.so
	libraries "$root" "$java_from"
	inside "$root" "$path/bin/java" -Xshare:dump >/dev/null
}

# jars NAME POM: what Maven resolves for POM, its runtime dependencies, in a cached
# folder whose path it prints.
jars() {
	local name=$1 pom=$2 dir
	dir=$cache/jars-$name-$(sha256sum <"$pom" | cut -c1-16)
	if [[ ! -d $dir ]]; then
		need_commands mvn:maven
		say "fetching the jars of $name"
		rm -rf "$dir.part"
		mkdir -p "$dir.part"
		cp "$pom" "$work/$name/pom.xml"
		local log=$cache/maven-$name.log try
		# Maven keeps what it has: a broken connection costs only the rest.
		for try in 1 2 3; do
			if mvn -B -ntp -f "$work/$name/pom.xml" dependency:copy-dependencies \
				-DincludeScope=runtime -DoutputDirectory="$dir.part" >"$log" 2>&1; then
				mv "$dir.part" "$dir"
				break
			fi
			((try < 3)) || die "Maven could not fetch the jars of $name: $(grep -m 1 '^\[ERROR\]' "$log") (all of it: $log)"
		done
	fi
	echo "$dir"
}

# pom FILE DEPENDENCY…: a pom that depends on each GROUP:ARTIFACT:VERSION[:-GROUP/ARTIFACT…],
# less what follows a minus.
pom() {
	local file=$1 dep fields x
	shift
	{
		echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
		echo '<groupId>crashlab</groupId><artifactId>image</artifactId><version>1</version><packaging>pom</packaging><dependencies>'
		for dep in "$@"; do
			IFS=: read -ra fields <<<"$dep"
			echo "<dependency><groupId>${fields[0]}</groupId><artifactId>${fields[1]}</artifactId><version>${fields[2]}</version>"
			if ((${#fields[@]} > 3)); then
				echo '<exclusions>'
				for x in "${fields[@]:3}"; do
					x=${x#-}
					echo "<exclusion><groupId>${x%/*}</groupId><artifactId>${x#*/}</artifactId></exclusion>"
				done
				echo '</exclusions>'
			fi
			echo '</dependency>'
		done
		echo '</dependencies></project>'
	} >"$file"
}
