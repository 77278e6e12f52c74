/* service/employer - what an employer's own desk asks and reports.
 *
 * Prefix   employer_
 */
#ifndef SERVICE_EMPLOYER_H
#define SERVICE_EMPLOYER_H

#include "service/service.h"

extern const service_op EMPLOYER_STAFF_OP; /* employer_staff.c */
extern const service_op EMPLOYER_REPORT_OP; /* employer_report.c */
extern const service_op EMPLOYER_REPORTS_OP;

#endif
