/* amx.c: whether there is AMX, and its tiles' shapes. */
#include "engine/backends/cpu/amx.h"

#if LRUN_HAVE_AMX
#include <cpuid.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux: arch/x86/include/uapi/asm/prctl.h; 18 is the state of the tiles. */
#define REQUEST_STATE 0x1023
#define TILE_DATA 18

/* Bits of EDX of leaf 7, and what the kernels use besides. */
#define AMX_BF16_BIT 22
#define AMX_TILE_BIT 24

static bool find_amx(void)
{
    unsigned eax, ebx, ecx, edx;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || (edx >> AMX_BF16_BIT & 1) == 0 ||
        (edx >> AMX_TILE_BIT & 1) == 0)
        return false;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           syscall(SYS_arch_prctl, REQUEST_STATE, TILE_DATA) == 0;
}

bool amx_is_available(void)
{
    static struct {
        bool is_known, is_there;
    } amx;
    if (!amx.is_known)
        amx.is_there = find_amx();
    amx.is_known = true;
    return amx.is_there;
}

/* As the instruction reads it: eight tiles of 16 rows of 64 bytes. */
static const struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tiles __attribute__((aligned(64))) = {
    .palette = 1,
    .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
    .rows = {16, 16, 16, 16, 16, 16, 16, 16},
};

AMX_TARGET void amx_begin(void)
{
    _tile_loadconfig(&tiles);
}

AMX_TARGET void amx_end(void)
{
    _tile_release();
}
#else
bool amx_is_available(void)
{
    return false;
}
#endif
