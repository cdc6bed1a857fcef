# Thin: each target sets up what it needs and calls CMake presets or a script.
.PHONY: demo test build bench lint format setup clean
.DEFAULT_GOAL := build

setup:
	@scripts/bootstrap

build: setup
	@scripts/build release

test: build
	@ctest --preset release

demo: build
	@scripts/demo

bench: build
	@scripts/bench

lint: setup
	@scripts/lint

format:
	@git ls-files '*.h' '*.cpp' | xargs clang-format-14 -i

clean:
	@rm -rf build
