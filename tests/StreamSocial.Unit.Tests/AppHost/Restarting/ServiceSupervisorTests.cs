using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using StreamSocial.AppHost.Restarting;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class ServiceSupervisorTests
{
    [Fact]
    public void BrokersOf_OtherExecutables_AreNone()
    {
        var directory = Directory.CreateTempSubdirectory("kafka-");
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--operation", "publish", "--publisher", "manifest", "--Kafka:Source=process", "--KAFKA_HOME=/kafka", $"--Kafka:DataDirectory={directory.FullName}"],
            DisableDashboard = true,
        });
        builder.AddKafkaCluster("kafka");
        builder.AddExecutable("service-rebuilder", "dotnet", ".");
        Assert.Equal(["kafka-1", "kafka-2", "kafka-3"], ServiceSupervisor.BrokersOf(new DistributedApplicationModel(builder.Resources)).Select(broker => broker.Name));
        directory.Delete(recursive: true);
    }
}
