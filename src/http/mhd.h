/* http/mhd - libmicrohttpd, loaded when a server starts (base/late.h). */
#ifndef HTTP_MHD_H
#define HTTP_MHD_H

#include <microhttpd.h>

#include "base/late.h"

#define HTTP_MHD(X) \
    X(MHD_add_response_header) X(MHD_create_response_from_buffer) X(MHD_create_response_from_fd64) \
    X(MHD_destroy_response) X(MHD_get_connection_info) X(MHD_get_connection_values_n) X(MHD_get_daemon_info) \
    X(MHD_lookup_connection_value) X(MHD_queue_response) X(MHD_quiesce_daemon) X(MHD_resume_connection) \
    X(MHD_start_daemon) X(MHD_stop_daemon) X(MHD_suspend_connection)

typedef struct {
    HTTP_MHD(LATE_FIELD)
} http_mhd_functions;
extern http_mhd_functions http_mhd;
/* Before any of them is called. */
MUST_USE err http_mhd_load(void);

#define MHD_add_response_header http_mhd.late_MHD_add_response_header
#define MHD_create_response_from_buffer http_mhd.late_MHD_create_response_from_buffer
#define MHD_create_response_from_fd64 http_mhd.late_MHD_create_response_from_fd64
#define MHD_destroy_response http_mhd.late_MHD_destroy_response
#define MHD_get_connection_info http_mhd.late_MHD_get_connection_info
#define MHD_get_connection_values_n http_mhd.late_MHD_get_connection_values_n
#define MHD_get_daemon_info http_mhd.late_MHD_get_daemon_info
#define MHD_lookup_connection_value http_mhd.late_MHD_lookup_connection_value
#define MHD_queue_response http_mhd.late_MHD_queue_response
#define MHD_quiesce_daemon http_mhd.late_MHD_quiesce_daemon
#define MHD_resume_connection http_mhd.late_MHD_resume_connection
#define MHD_start_daemon http_mhd.late_MHD_start_daemon
#define MHD_stop_daemon http_mhd.late_MHD_stop_daemon
#define MHD_suspend_connection http_mhd.late_MHD_suspend_connection

#endif
