/* service/surveys_forecast - what each person of a round would pay and get (入户测算), taken along with the assignment.
 *
 * Which choices are shown, and by which steps of packs/adapters/office-forecast.csv they are reckoned, says
 * packs/adapters/office-offers.csv. What cannot be told carries its reason in both languages, and no figure.
 *
 * Use      open; add everybody; run once; write the head, and each person by the place that add answered.
 * Prefix   surveys_forecast_
 */
#ifndef SERVICE_SURVEYS_FORECAST_H
#define SERVICE_SURVEYS_FORECAST_H

#include "codec/codec.h"
#include "service/surveys.h"

extern const err_kind SURVEYS_BAD_OFFER;

enum { SURVEYS_FORECAST_CELLS = 7 };
typedef struct surveys_forecast surveys_forecast;
/* The packs may have no such table; the head then says so. */
MUST_USE err surveys_forecast_open(surveys *s, surveys_forecast **made);
/* *at is SIZE_MAX of somebody of whom nothing is shown: in the employees' scheme already, or born nobody knows when. */
MUST_USE err surveys_forecast_add(surveys_forecast *f, const surveys_member *m, size_t *at);
MUST_USE err surveys_forecast_run(surveys_forecast *f);
void surveys_forecast_write(const surveys_forecast *f, codec_json_writer *w, size_t at);
void surveys_forecast_write_head(const surveys_forecast *f, codec_json_writer *w);

#endif
