using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using StreamSocial.AppHost.Startup;

namespace StreamSocial.Unit.Tests.AppHost.Startup;

public sealed class AspireEndpointsTests
{
    private const string Telemetry = "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL";
    private const string Resources = "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL";

    [Fact]
    public void Choose_NoLaunchProfile_NamesAllThreeAndAllowsPlainHttp()
    {
        using var output = new StringWriter();
        var chosen = AspireEndpoints.Choose(_ => null, output);
        Assert.Equal([UnsecuredTransport, Telemetry, Resources, AspireEndpoints.Page], chosen.Keys.Order());
        Assert.Equal(3, chosen.Values.Where(value => value.StartsWith("http://localhost:", StringComparison.Ordinal)).Distinct().Count());
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Choose_APortIsTaken_ReplacesThatOneAndSaysSo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var environment = new Dictionary<string, string> { [AspireEndpoints.Page] = $"http://localhost:{taken}", [Telemetry] = "http://localhost:1", [Resources] = "http://localhost:2" };
        using var output = new StringWriter();
        var chosen = AspireEndpoints.Choose(environment.GetValueOrDefault, output);
        Assert.Equal([UnsecuredTransport, AspireEndpoints.Page], chosen.Keys.Order());
        Assert.Equal($"Taken, perhaps by another AppHost: port {taken}. The Aspire dashboard is at {chosen[AspireEndpoints.Page]} instead.", output.ToString().Trim());
    }

    /// <summary>As the application's own configuration: what is set in a file holds for the dashboard and for the services' exporters.</summary>
    [Fact]
    public void IsDashboardEnabled_SetInAFile_IsAsTheApplicationReadsIt()
    {
        var directory = Directory.CreateTempSubdirectory("apphost-");
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "appsettings.json"), """{"AspireDashboard":{"Enabled":false}}""");
            string[] args = [$"--contentRoot={directory.FullName}"];
            var application = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });

            Assert.False(AspireEndpoints.IsDashboardEnabled(application.Configuration));
            Assert.False(AspireEndpoints.IsDashboardEnabled(AppHostRunner.Read(args)));
            Assert.True(AspireEndpoints.IsDashboardEnabled(AppHostRunner.Read([.. args, "--AspireDashboard:Enabled=true"])));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string UnsecuredTransport => AspireEndpoints.UnsecuredTransport;
}
