# Doudi's build. One file, and no list of files in it: rooms, tests, fuzz targets, benches and
# tools are found by where they stand.
#
#   src/<room>/*.c      -> build/<flavour>/lib<room>.a     (rooms in the order of docs/ARCHITECTURE.md)
#   db/migrations/*.sql -> build/generated/store_migrations.c, in room store
#   src/app/*.c         -> build/<flavour>/doudi
#   tests/test_*.c      -> build/<flavour>/tests/test_*    cmocka; with tests/support/*.c
#   tests/diff_*.c      -> build/<flavour>/tests/diff_*    long comparisons, a stage of their own
#   fuzz/fuzz_*.c       -> build/asan/fuzz/fuzz_*          libFuzzer, of the asan flavour
#   bench/bench_*.c     -> build/<flavour>/bench/bench_*   with bench/support/*.c
#   tools/*.c           -> build/<flavour>/tools/*
#
# Flavours: release (gcc -O2), clang, asan (clang; address, undefined, counters for the fuzzer). `make FLAVOUR=asan tests`.
# Words:    all tests bench bench-objects fuzz tools | quick test golden fmt clean

FLAVOUR ?= release
OUT     := build/$(FLAVOUR)
MACHINE := $(shell uname -m)
Q       := $(if $(V),,@)
SAY      = $(if $(V),,@echo "  $(1)	$(2)")

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

# --- flavours ---------------------------------------------------------------------------------
SANITIZE      := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# What an overrun would need is taken away: cookies on the stack, bounds in libc's copies, no table of functions that can be
# written when the program has begun, no fixed addresses.
GUARDED       := -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
GUARDED_LINK  := -pie -Wl,-z,relro,-z,now
CC_release    := gcc
FLAGS_release := -O2 -g1 -fPIE $(GUARDED)
LINK_release  := $(GUARDED_LINK)
CC_clang      := clang
FLAGS_clang   := -O1 -g1
CC_asan       := clang
FLAGS_asan    := -g1 $(SANITIZE)
# Counters for the fuzzer stand where its targets read what strangers wrote. Elsewhere they would tell it nothing,
# and cost a third of compiling and of running.
COUNTED_asan  := $(patsubst %,src/%/%,base bankfile calendar codec crypto eventlog ident ledger money paper policy sample \
    store survey vm) src/service/decide% src/service/run% tests/support/random% fuzz/%
# Sanitized, compiling with optimisation costs four times compiling without: it is spent on what a test runs millions
# of times. The rest is as well examined, and better: nothing is optimised away before it is looked at.
SWIFT_asan    := $(COUNTED_asan) $(patsubst %,src/%/%,column linkage prove registry) tests/support/%

CC     := $(CC_$(FLAVOUR))
$(if $(CC),,$(error no flavour '$(FLAVOUR)': release, clang or asan))
WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS := -std=c17 -D_GNU_SOURCE -Isrc $(FLAGS_$(FLAVOUR)) $(WARN) $(EXTRA_CFLAGS)
LDLIBS := -lm -lpthread
# Programs that stay here link in a third of the time by lld, where it is; told to mind the libraries' order as well.
QUICK_LD := $(shell command -v ld.lld >/dev/null && echo -fuse-ld=lld -Wl,--warn-backrefs -Wl,--fatal-warnings)

# --- what a room needs beyond libc: one row a room ---------------------------------------------
PKG_codec   := libzip
PKG_policy  := md4c
PKG_prove   := z3
PKG_crypto  := libcrypto
PKG_store   := sqlite3 libpq
PKG_paper   := md4c-html pangocairo cairo-pdf libqrencode
PKG_http    := libmicrohttpd
PKG_counterparty := libmicrohttpd
# Bound when first called (src/base/late.h), and so not linked into programs: with them a program takes longer to
# start than most of what it is called for.
LATE    := z3 libpq pangocairo cairo-pdf libmicrohttpd
LIBS_OF_TESTS := $(shell pkg-config --libs libpq) # of those that start a server of PostgreSQL, and of benchmarks
# Where a library's headers lie in folders of their own, only its room is told so.
HEADERS_OF_paper := $(shell pkg-config --cflags $(PKG_paper))

FLAGS_OF_vm := -O3                 # its kernels are plain loops, meant to be vectorised
# Files built for one instruction set; elsewhere than x86-64 they are left out.
ISA_avx2    := -mavx2 -mbmi -mbmi2
ISA_avx512  := $(ISA_avx2) -mavx512f -mavx512dq -mavx512bw -mavx512vl

# --- what there is ------------------------------------------------------------------------------
FLOORS := $(shell awk -F'|' '$$2 ~ /^ [0-9]+ $$/ { gsub(/[ `]/, "", $$3); print $$3 }' docs/ARCHITECTURE.md)
ROOMS  := $(foreach r,$(FLOORS),$(if $(wildcard src/$(r)/*.c),$(r)))
ALIEN  := $(filter-out $(FLOORS),$(patsubst src/%/,%,$(sort $(dir $(wildcard src/*/*.c)))))
$(if $(ALIEN),$(error no row in docs/ARCHITECTURE.md for room: $(ALIEN)))

foreign = $(if $(filter x86_64,$(MACHINE)),,%_avx2.c %_avx512.c)
sources = $(filter-out $(foreign),$(wildcard $(1)))
objects = $(patsubst %.c,$(OUT)/obj/%.o,$(call sources,$(1)))
programs = $(patsubst %.c,$(OUT)/%,$(wildcard $(1)))

SHARED  := $(filter-out app,$(ROOMS))
LIBS    := $(foreach r,$(SHARED),$(OUT)/lib$(r).a)
PKGS    := $(sort $(foreach r,$(ROOMS),$(PKG_$(r))))
ifneq ($(PKGS),)
CFLAGS  += $(shell pkg-config --cflags $(filter-out $(PKG_paper),$(PKGS)))
LDLIBS  := $(shell pkg-config --libs $(filter-out $(LATE),$(PKGS))) $(LDLIBS)
# The sanitizer finds what throws when the program begins; a library in C++ that is bound later would be too late.
ifeq ($(FLAVOUR),asan)
LDLIBS  += -Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state
endif
endif

TESTS   := $(call programs,tests/test_*.c)
DIFFS   := $(call programs,tests/diff_*.c)
FUZZERS := $(call programs,fuzz/fuzz_*.c)
BENCHES := $(call programs,bench/bench_*.c)
TOOLS   := $(call programs,tools/*.c)
BINARY  := $(if $(filter app,$(ROOMS)),$(OUT)/doudi)

# --- words --------------------------------------------------------------------------------------
.PHONY: all tests bench bench-objects fuzz tools quick test golden fmt clean deb late
all: $(LIBS) $(BINARY)
tests: all $(TESTS) $(DIFFS)
bench: all $(BENCHES)
bench-objects: $(call objects,bench/*.c bench/support/*.c)
tools: $(TOOLS)
fuzz:
	$(Q)$(MAKE) --no-print-directory FLAVOUR=asan fuzzers
fuzzers: $(FUZZERS)
.PHONY: fuzzers

quick: tests
	$(Q)tools/check_house
	$(Q)tools/run_tests $(FLAVOUR)
test:
	$(Q)./doudi test
golden: tests
	$(Q)DOUDI_GOLDEN=write tools/run_tests $(FLAVOUR)
	$(Q)git --no-pager diff --stat -- tests/golden
deb:
	$(Q)tools/make_deb
late: # for tools/make_deb: they are no part of what the linker saw
	@pkg-config --libs $(LATE)
fmt:
	$(Q)clang-format -i $(wildcard src/*/*.[ch] tests/*.c tests/support/*.[ch] fuzz/*.c bench/*.c bench/support/*.[ch] tools/*.c)
clean:
	rm -rf build

# --- rules --------------------------------------------------------------------------------------
room_of = $(if $(filter src/%,$(1)),$(word 2,$(subst /, ,$(1))))
only_asan = $(if $(filter asan,$(FLAVOUR)),$(if $(filter $(SWIFT_asan),$(1)),-O1,-O0) \
    $(if $(filter $(COUNTED_asan),$(1)),-fsanitize=fuzzer-no-link))
# Nobody waits for the code of a test itself; what tests share (tests/support) may be what they wait for.
only_release = $(if $(filter release,$(FLAVOUR)),$(if $(filter tests/test_%,$(1)),-O1))
isa_of  = $(if $(filter %_avx2.c,$(1)),$(ISA_avx2))$(if $(filter %_avx512.c,$(1)),$(ISA_avx512))

$(OUT)/obj/%.o: %.c Makefile
	$(Q)mkdir -p $(@D)
	$(call SAY,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(call only_asan,$<) $(call only_release,$<) $(FLAGS_OF_$(call room_of,$<)) \
	    $(HEADERS_OF_$(call room_of,$<)) $(call isa_of,$<) \
	    $(if $(filter tests/% fuzz/%,$<),-Itests,$(if $(filter bench/%,$<),-Ibench -Itests)) -MMD -MP -c $< -o $@

# The schema, compiled in. Written beside its place first: two flavours may be built at once.
MIGRATIONS := $(wildcard db/migrations/*.sql)
build/generated/store_migrations.c: tools/embed_migrations db/migrations $(MIGRATIONS)
	$(Q)mkdir -p $(@D)
	$(call SAY,SQL,$@)
	$(Q)tools/embed_migrations $(MIGRATIONS) >$@.$(FLAVOUR) && mv $@.$(FLAVOUR) $@
MADE_FOR_store := $(OUT)/obj/build/generated/store_migrations.o

# A folder is a prerequisite too: its time changes when a file leaves it.
define ROOM
$(OUT)/lib$(1).a: $(call objects,src/$(1)/*.c) $$(MADE_FOR_$(1)) src/$(1)
	$(Q)mkdir -p $$(@D)
	$(call SAY,AR,lib$(1).a)
	$(Q)rm -f $$@ && ar rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach r,$(SHARED),$(eval $(call ROOM,$(r))))

# The linker reads the libraries once, top floor first: what calls upwards or sideways does not link.
define LINK
	$(Q)mkdir -p $(@D)
	$(call SAY,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LINK_$(FLAVOUR)) $(1) -o $@ $(filter %.o,$^) $(LIBS) $(2) $(LDLIBS)
endef

$(OUT)/doudi: $(call objects,src/app/*.c) $(LIBS)
	$(call LINK)
$(TESTS) $(DIFFS): $(OUT)/%: $(OUT)/obj/%.o $(call objects,tests/support/*.c) $(LIBS)
	$(call LINK,$(QUICK_LD),-lcmocka -lgmp $(LIBS_OF_TESTS))
$(BENCHES): $(OUT)/%: $(OUT)/obj/%.o $(call objects,bench/support/*.c) $(OUT)/obj/tests/support/postgres_server.o $(LIBS)
	$(call LINK,$(QUICK_LD),$(LIBS_OF_TESTS))
$(FUZZERS): $(OUT)/%: $(OUT)/obj/%.o $(call objects,tests/support/*.c) $(LIBS)
	$(call LINK,-fsanitize=fuzzer $(QUICK_LD),-lcmocka -lgmp -lexpat $(LIBS_OF_TESTS))
$(TOOLS): $(OUT)/%: $(OUT)/obj/%.o $(LIBS)
	$(call LINK,$(QUICK_LD))

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null)
