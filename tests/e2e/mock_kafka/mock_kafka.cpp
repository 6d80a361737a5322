// Kafka for tests: prints the address of its brokers, then obeys the lines it reads, each answered by one line, until there are no more.
//   topic NAME PARTITIONS
//   write NAME PARTITION FILE FIRST COUNT PADDING   messages `line ~[FILE.seq.0]` and padding; answers when the brokers have them
//   committed GROUP NAME PARTITION
//   down | up

#include <iostream>
#include <sstream>

#include "src/clients/kafka/mock_cluster.h"

namespace {

std::string obey(invar::kafka::MockCluster& cluster, std::istream& words) {
  std::string what, topic, group;
  words >> what;
  if (what == "topic") {
    int partitions = 0;
    words >> topic >> partitions;
    cluster.create_topic(topic, partitions);
    return "ok";
  }
  if (what == "write") {
    int partition = 0, file = 0, first = 0, count = 0, padding = 0;
    words >> topic >> partition >> file >> first >> count >> padding;
    const std::string behind(static_cast<size_t>(padding), 'n');
    for (int seq = first; seq < first + count; ++seq)
      cluster.produce(topic, partition, {.value = "line ~[" + std::to_string(file) + "." + std::to_string(seq) + ".0]" + behind});
    cluster.flush();
    return "ok";
  }
  if (what == "committed") {
    int partition = 0;
    words >> group >> topic >> partition;
    return std::to_string(cluster.committed(group, topic, partition));
  }
  if (what != "down" && what != "up") return "unknown: " + what;
  cluster.set_down(what == "down");
  return "ok";
}

}  // namespace

int main() {
  invar::kafka::MockCluster cluster;
  std::cout << cluster.address() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::cout << obey(cluster, words) << std::endl;
  }
}
