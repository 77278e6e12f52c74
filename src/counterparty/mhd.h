/* counterparty/mhd - libmicrohttpd, loaded when a bank is served by HTTP (base/late.h). */
#ifndef COUNTERPARTY_MHD_H
#define COUNTERPARTY_MHD_H

#include <microhttpd.h>

#include "base/late.h"

#define COUNTERPARTY_MHD(X) \
    X(MHD_add_response_header) X(MHD_create_response_from_buffer) X(MHD_destroy_response) X(MHD_get_daemon_info) \
    X(MHD_lookup_connection_value) X(MHD_queue_response) X(MHD_start_daemon) X(MHD_stop_daemon)

typedef struct {
    COUNTERPARTY_MHD(LATE_FIELD)
} counterparty_mhd_functions;
extern counterparty_mhd_functions counterparty_mhd;
/* Before any of them is called. */
MUST_USE err counterparty_mhd_load(void);

#define MHD_add_response_header counterparty_mhd.late_MHD_add_response_header
#define MHD_create_response_from_buffer counterparty_mhd.late_MHD_create_response_from_buffer
#define MHD_destroy_response counterparty_mhd.late_MHD_destroy_response
#define MHD_get_daemon_info counterparty_mhd.late_MHD_get_daemon_info
#define MHD_lookup_connection_value counterparty_mhd.late_MHD_lookup_connection_value
#define MHD_queue_response counterparty_mhd.late_MHD_queue_response
#define MHD_start_daemon counterparty_mhd.late_MHD_start_daemon
#define MHD_stop_daemon counterparty_mhd.late_MHD_stop_daemon

#endif
