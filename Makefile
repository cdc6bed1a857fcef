# Thin: each target sets up what it needs and calls CMake presets or a script.
.PHONY: demo play test build everything bench lint format clean
.DEFAULT_GOAL := build

# The engine is installed while the compiler works.
with_engine = scripts/engine & engine=$$!; $(1); built=$$?; wait $$engine && exit $$built

build:
	@scripts/bootstrap program
	@$(call with_engine,scripts/build release --target polyhouse polyhouse-simulator)

everything:
	@scripts/bootstrap program test
	@$(call with_engine,scripts/build release)

test: everything
	@ctest --preset release

demo: build
	@scripts/demo

play: build
	@scripts/play

bench: everything
	@scripts/bench

lint:
	@scripts/bootstrap lint
	@scripts/lint

format:
	@scripts/bootstrap lint
	@git ls-files '*.h' '*.cpp' | xargs clang-format-14 -i

clean:
	@rm -rf build
