/* service/run_job.h - a run from its files to its files.
 *
 * Prefix   run_
 */
#ifndef SERVICE_RUN_JOB_H
#define SERVICE_RUN_JOB_H

#include "service/run.h"

/* What the words of a call ask, and the headers of its files; nothing is written yet. */
MUST_USE err run_open(service_call *call, run_job *job);
/* Computes all people and puts the files in their places, or leaves no trace. */
MUST_USE err run_job_do(run_job *job);
void run_job_close(run_job *job);

#endif
