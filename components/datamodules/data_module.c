/* data_module.c: datasets, transforms and batching by stage. */
#include "components/datamodules/data_module.h"

void data_module_destroy(struct data_module **module)
{
    if (*module != NULL)
        (*module)->interface->destroy(*module);
    *module = NULL;
}
