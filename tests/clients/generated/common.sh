# What the scripts of every client share; each begins with `. "$(dirname "$0")/../common.sh"`.
#
# `generate.sh` writes the client and copies the driver to target/clients/NAME, `build.sh` compiles
# both there, and `run.sh` runs the driver. A script that lacks a program or a registry says how to
# get it and ends with 77.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$here")
root=$(cd "$here/../../../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
tools=$target/tools
out=$target/clients/$name

# The generator of most languages; from Python's registry, where it comes with its jar.
openapi_generator=openapi-generator-cli==7.26.0

# Begins generate.sh: an empty folder with the document and what is written by hand.
start() {
  rm -rf "$out"
  mkdir -p "$out/client"
  cp "$here"/* "$here"/../lines.* "$root/openapi/source.yaml" "$out"
  cd "$out"
}

missing() {
  echo "$name is skipped: $1" >&2
  exit 77
}

# needs PROBE PACKAGES: whether a command works; if not, these Debian packages are missing.
needs() {
  bash -c "$1" >/dev/null 2>&1 || missing "apt-get install $2"
}

# use_npm PACKAGE@VERSION...: installs packages for Node once, into $packages, and adds their
# programs to PATH.
use_npm() {
  needs 'npm --version' npm
  once npm "$@"
  PATH=$packages/node_modules/.bin:$PATH
}

# use_pip PACKAGE==VERSION...: the same for Python, in a virtual environment.
use_pip() {
  needs 'python3 -c "import ensurepip, venv"' python3-venv
  once pip "$@"
  PATH=$packages/bin:$PATH
}

once() {
  local kind=$1 package
  shift
  for package in "$@"; do
    case $package in
      --* | *==[0-9]*.[0-9]* | ?*@[0-9]*.[0-9]*) ;;
      *) echo "$name: state the exact version of $package" >&2 && exit 1 ;;
    esac
  done
  packages=$tools/$kind-$(printf '%s\n' "$@" | cksum | cut -d ' ' -f 1)
  mkdir -p "$tools"
  # Two scripts may want the same at the same time; `flock` is not everywhere.
  exec 9>"$tools/lock"
  if command -v flock >/dev/null; then flock 9; fi
  if [ ! -e "$packages/installed" ]; then
    rm -rf "$packages"
    mkdir -p "$packages"
    "install_$kind" "$@" >&2 || missing "its registry cannot be reached"
    touch "$packages/installed"
  fi
  exec 9>&-
}

install_npm() {
  # Without one, npm takes a folder above that has it for the place to install into.
  echo '{"private": true}' >"$packages/package.json"
  npm install --prefix "$packages" --no-audit --no-fund --no-package-lock --loglevel=error "$@"
}

install_pip() {
  python3 -m venv "$packages" &&
    "$packages/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

build_typescript() {
  cd "$out"
  use_npm typescript@5.9.3 @types/node@20.19.43 openapi-fetch@0.17.0
  # Both tsc and Node look for packages in the folders above, and in no other.
  ln -sfn "$packages/node_modules" node_modules
  tsc --strict --target es2022 --module nodenext --lib es2022,dom,dom.iterable --types node \
    --outDir built driver.ts
}

# The libraries that the Python clients import, and mypy.
use_python() {
  cd "$out"
  use_pip mypy==2.4.1 attrs==26.1.0 httpx==0.28.1 pydantic==2.14.4 python-dateutil==2.9.0.post0 \
    types-python-dateutil==2.9.0.20261116 typing-extensions==4.16.0 urllib3==2.8.0
}

build_python() {
  use_python
  MYPYPATH=client mypy --no-error-summary driver.py
}

run_python() {
  use_python
  PYTHONPATH=client exec python driver.py
}

build_rust() {
  cd "$out"
  # Under its own name it would count as a manifest of this workspace. With the workspace's lock
  # file and target, what both use is built once.
  mv -f manifest.toml Cargo.toml
  cp "$root/Cargo.lock" .
  cargo build --quiet --target-dir "$target"
}
