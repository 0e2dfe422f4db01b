/* test_inspect.c: a layer that only plain loops compute is found where a library could do better, and only there. */
#include "engine/graph/op.h"
#include "engine/graph/passes.h"
#include "tests/unit/unit.h"

static bool library_is_here;

static bool is_here(void)
{
    return library_is_here;
}

static void format_nothing(const struct node *node, struct text *text)
{
    (void)node;
    (void)text;
}

static const struct kernel library = {.name = "library", .is_available = is_here};
static const struct kernel own = {.name = "own"};
static const struct kernel plain = {.name = "reference", .floats = FLOATS_ALL};
static const struct kernel *const kernels[] = {&library, &own, &plain, NULL};
static const struct op heavy = {.name = "heavy", .format_attributes = format_nothing, .kernels = kernels};
static const struct op light = {.name = "light", .kernels = kernels};

static bool is_slow(const struct op *op, const struct kernel *kernel, const char *implementation, enum dtype dtype)
{
    struct value x = {.dtype = dtype};
    const struct node node = {.op = op, .name = "layer", .inputs = {&x}, .input_count = 1};
    return kernel_is_slow(&(struct kernel_instance){.kernel = kernel, .node = &node, .implementation = implementation});
}

START_TEST(test_plain_loops_are_slow_where_a_library_is)
{
    library_is_here = true;
    ck_assert(is_slow(&heavy, &plain, NULL, DTYPE_F32));
    ck_assert(!is_slow(&heavy, &own, NULL, DTYPE_F32));
    ck_assert(!is_slow(&light, &plain, NULL, DTYPE_F32));
    ck_assert(!is_slow(&heavy, &plain, NULL, DTYPE_F64));
    library_is_here = false;
    ck_assert(!is_slow(&heavy, &plain, NULL, DTYPE_F32));
}
END_TEST

START_TEST(test_a_librarys_reference_is_slow)
{
    library_is_here = true;
    ck_assert(is_slow(&heavy, &library, "ref:any", DTYPE_F32));
    ck_assert(is_slow(&light, &library, "gemm:ref", DTYPE_F32));
    ck_assert(!is_slow(&heavy, &library, "jit:avx512_core", DTYPE_F32));
}
END_TEST

UNIT_MAIN("inspect", test_plain_loops_are_slow_where_a_library_is, test_a_librarys_reference_is_slow)
