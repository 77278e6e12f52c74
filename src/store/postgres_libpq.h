/* store/postgres_libpq - libpq, loaded with the first store that is a server's (base/late.h). */
#ifndef STORE_POSTGRES_LIBPQ_H
#define STORE_POSTGRES_LIBPQ_H

#include <libpq-fe.h>

#include "base/late.h"

#define POSTGRES_LIBPQ(X) \
    X(PQclear) X(PQcmdStatus) X(PQcmdTuples) X(PQconnectdbParams) X(PQconninfoFree) X(PQconninfoParse) X(PQdb) \
    X(PQenterPipelineMode) X(PQerrorMessage) X(PQexec) X(PQexitPipelineMode) X(PQfinish) X(PQflush) X(PQftype) \
    X(PQgetResult) X(PQgetisnull) X(PQgetlength) X(PQgetvalue) X(PQhost) X(PQnfields) X(PQnparams) X(PQntuples) \
    X(PQparamtype) X(PQpipelineSync) X(PQputCopyData) X(PQputCopyEnd) X(PQresultErrorField) X(PQresultStatus) \
    X(PQsendDescribePrepared) X(PQsendPrepare) X(PQsendQueryPrepared) X(PQsetNoticeProcessor) X(PQsetSingleRowMode) \
    X(PQstatus)

typedef struct {
    POSTGRES_LIBPQ(LATE_FIELD)
} postgres_libpq_functions;
extern postgres_libpq_functions postgres_libpq;
/* Before any of them is called. */
MUST_USE err postgres_libpq_load(void);

#define PQclear postgres_libpq.late_PQclear
#define PQcmdStatus postgres_libpq.late_PQcmdStatus
#define PQcmdTuples postgres_libpq.late_PQcmdTuples
#define PQconnectdbParams postgres_libpq.late_PQconnectdbParams
#define PQconninfoFree postgres_libpq.late_PQconninfoFree
#define PQconninfoParse postgres_libpq.late_PQconninfoParse
#define PQdb postgres_libpq.late_PQdb
#define PQenterPipelineMode postgres_libpq.late_PQenterPipelineMode
#define PQerrorMessage postgres_libpq.late_PQerrorMessage
#define PQexec postgres_libpq.late_PQexec
#define PQexitPipelineMode postgres_libpq.late_PQexitPipelineMode
#define PQfinish postgres_libpq.late_PQfinish
#define PQflush postgres_libpq.late_PQflush
#define PQftype postgres_libpq.late_PQftype
#define PQgetResult postgres_libpq.late_PQgetResult
#define PQgetisnull postgres_libpq.late_PQgetisnull
#define PQgetlength postgres_libpq.late_PQgetlength
#define PQgetvalue postgres_libpq.late_PQgetvalue
#define PQhost postgres_libpq.late_PQhost
#define PQnfields postgres_libpq.late_PQnfields
#define PQnparams postgres_libpq.late_PQnparams
#define PQntuples postgres_libpq.late_PQntuples
#define PQparamtype postgres_libpq.late_PQparamtype
#define PQpipelineSync postgres_libpq.late_PQpipelineSync
#define PQputCopyData postgres_libpq.late_PQputCopyData
#define PQputCopyEnd postgres_libpq.late_PQputCopyEnd
#define PQresultErrorField postgres_libpq.late_PQresultErrorField
#define PQresultStatus postgres_libpq.late_PQresultStatus
#define PQsendDescribePrepared postgres_libpq.late_PQsendDescribePrepared
#define PQsendPrepare postgres_libpq.late_PQsendPrepare
#define PQsendQueryPrepared postgres_libpq.late_PQsendQueryPrepared
#define PQsetNoticeProcessor postgres_libpq.late_PQsetNoticeProcessor
#define PQsetSingleRowMode postgres_libpq.late_PQsetSingleRowMode
#define PQstatus postgres_libpq.late_PQstatus

#endif
