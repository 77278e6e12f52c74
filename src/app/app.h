/* app/ - main(): settings from the environment, and the way to the door. */
#ifndef APP_APP_H
#define APP_APP_H

#define APP_VERSION "0.1"

#endif
