/* voc_years.c: the table of archives: torchvision.datasets.voc's addresses and MD5, with the mirrors that are known. */
#include "components/datasets/voc_years.h"

#include <string.h>

#define VOC_SITE "https://thor.robots.ox.ac.uk/pascal/VOC/"
#define VOC_OLD_SITE "http://host.robots.ox.ac.uk/pascal/VOC/"

#define VOC_ARCHIVE(path, md5, where, ...)                                                                             \
    {                                                                                                                  \
        .source = {.url = VOC_SITE path,                                                                               \
                   .mirrors = {.items = (const char *const[]){VOC_OLD_SITE path, __VA_ARGS__},                         \
                               .count = sizeof((const char *const[]){VOC_OLD_SITE path, __VA_ARGS__}) /                \
                                        sizeof(const char *)},                                                         \
                   .checksum = "md5:" md5},                                                                            \
        .folder = where                                                                                                \
    }

static const struct voc_archive archives[] = {
    [VOC_YEAR_2007] =
        VOC_ARCHIVE("voc2007/VOCtrainval_06-Nov-2007.tar", "c52e279531787c972589f7e41ab4ae64", "VOCdevkit/VOC2007", ),
    [VOC_YEAR_2008] =
        VOC_ARCHIVE("voc2008/VOCtrainval_14-Jul-2008.tar", "2629fa636546599198acfcfbfcf1904a", "VOCdevkit/VOC2008", ),
    [VOC_YEAR_2009] =
        VOC_ARCHIVE("voc2009/VOCtrainval_11-May-2009.tar", "a3e00b113cfcfebf17e343f59da3caa1", "VOCdevkit/VOC2009", ),
    [VOC_YEAR_2010] =
        VOC_ARCHIVE("voc2010/VOCtrainval_03-May-2010.tar", "da459979d0c395079b5c75ee67908abb", "VOCdevkit/VOC2010", ),
    [VOC_YEAR_2011] = VOC_ARCHIVE("voc2011/VOCtrainval_25-May-2011.tar", "6c3384ef61512963050cb5d687e5bf1e",
                                  "TrainVal/VOCdevkit/VOC2011", ),
    [VOC_YEAR_2012] =
        VOC_ARCHIVE("voc2012/VOCtrainval_11-May-2012.tar", "6cd6e144f989b92b3379bac3b3de84fd", "VOCdevkit/VOC2012",
                    "http://d2l-data.s3-accelerate.amazonaws.com/VOCtrainval_11-May-2012.tar",
                    "https://dataset.bj.bcebos.com/voc/VOCtrainval_11-May-2012.tar"),
};

static const struct voc_archive test_of_2007 =
    VOC_ARCHIVE("voc2007/VOCtest_06-Nov-2007.tar", "b6e924de25625d8de591ea690078ad9f", "VOCdevkit/VOC2007", );

const struct voc_archive *voc_archive_get(enum voc_year year, const char *image_set)
{
    size_t length = strlen(image_set);
    /* "test", and a class's "cat_test" */
    if (year == VOC_YEAR_2007 && length >= 4 && strcmp(image_set + length - 4, "test") == 0)
        return &test_of_2007;
    return &archives[year];
}
