# The Java runtime of the kafka and localstack images, and jars from Maven Central.
# shellcheck shell=bash disable=SC2154

need_java() {
	need_packages "openjdk-$JAVA_VERSION-jdk-headless"
	need_commands mvn:maven
	jdk=$(dirname "$(dirname "$(dpkg -L "openjdk-$JAVA_VERSION-jdk-headless" | grep '/bin/jlink$' | head -n 1)")")
}

# java_runtime ROOT PATH: a runtime with the modules that a broker or DynamoDB
# Local can reach, at PATH in ROOT, with its class data archived for a fast start.
# Its libraries are left to `libraries`.
java_runtime() {
	local root=$1 path=$2
	local modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.management.rmi
	modules+=,java.naming,java.net.http,java.prefs,java.rmi,java.scripting,java.security.jgss,java.security.sasl,java.sql
	modules+=,java.transaction.xa,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent
	modules+=,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs
	mkdir -p "$(dirname "$root$path")"
	"$jdk/bin/jlink" --add-modules "$modules" --output "$root$path" \
		--compress=2 --strip-debug --no-header-files --no-man-pages --vm=server
	# Headless: java.desktop is here for java.beans alone.
	rm -f "$root$path"/lib/lib{awt*,fontmanager,javajpeg,lcms,mlib_image,jawt,splashscreen,jsound,freetype}.so
}

# archive_classes ROOT PATH: the runtime's own class data archive. Wants the
# runtime's libraries in place.
archive_classes() {
	inside "$1" "$2/bin/java" -Xshare:dump >/dev/null
}

# jars NAME POM: what Maven resolves for POM, its runtime dependencies, in a cached
# folder whose path it prints.
jars() {
	local name=$1 pom=$2 dir
	dir=$cache/jars-$name-$(sha256sum <"$pom" | cut -c1-16)
	if [[ ! -d $dir ]]; then
		say "fetching the jars of $name"
		rm -rf "$dir.part"
		mkdir -p "$dir.part"
		cp "$pom" "$work/$name/pom.xml"
		local log=$cache/maven-$name.log try
		# Maven keeps what it has: a broken connection costs only the rest.
		for try in 1 2 3; do
			if JAVA_HOME=$jdk mvn -B -ntp -f "$work/$name/pom.xml" dependency:copy-dependencies \
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
