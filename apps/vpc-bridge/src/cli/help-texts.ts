/* Ends of the help of the program and of its commands. */

export const programHelp = `Examples:
  ip link add eth10 type dummy && ip netns add blue    an interface to share, and a container's namespace
  vpc-bridge plan add                                  what would be done, as ip commands; changes nothing
  vpc-bridge add                                       connects the namespace blue to the VPC network
  ip netns exec blue ip address                        what the container sees
  vpc-bridge show                                      draws what there is now, and what is wrong with it
  vpc-bridge delete                                    removes all of it again
  vpc-bridge add --config net.json --netns red --ifname eth0

As a CNI plugin: with CNI_COMMAND set, the CNI specification holds, and the command line is not looked at.
Exit status: 0 done, 1 wrong usage or configuration, 2 failed. A failed add has been rolled back.
Output: when it is not a terminal, the result alone, as JSON; --json and --no-json choose.
Log: /var/log/vpc-bridge.log, or VPC_CNI_LOG_FILE; level VPC_CNI_LOG_LEVEL (trace … critical, off; default info).`

export const checkHelp = `It rehearses an add on a copy of the state: whatever that would still do is a difference. Nothing is changed. A
delete and an add make the endpoint anew; what its network lacks, the add of any other endpoint puts right. What others have added
to the container is no difference.
Exit status: 0 as it was made, 1 wrong usage, 2 something differs, or it could not be found out.`

export const showHelp = `, for containers and for bridges that are not with the host
(bridgeNetNSPath). The router that a container was given is known by its neighbour entry (L3); where there is none, the default
route is taken as it is.`

export const gcHelp = `Examples:
  vpc-bridge gc --keep web-1/eth0 --keep web-2/eth0    removes every other endpoint of the network
  vpc-bridge gc --all                                  removes every endpoint, and with the last one the network
  vpc-bridge show                                      lists what there is
An endpoint to keep that is not there is an error, and nothing is removed. Addresses are not given back to an IPAM plugin.
Exit status: 0 done, 1 wrong usage, 2 not everything could be removed.`
