package dev.fermata.benchmarks;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;

/**
 * Draws the times of a work's forms as bars, one colour a run, and how costs scale as lines: an SVG file for light pages and
 * one for dark ones.
 */
final class Charts {
    private static final int WIDTH = 760;
    private static final int HEIGHT_OF_A_BAR = 17;
    private static final int HEIGHT_OF_THE_REST = 90;
    private static final int HEIGHT_OF_SCALING = 420;

    /** Where the greatest time is so many times the least, a linear axis would hide the short bars. */
    private static final double LOGARITHMIC_FROM = 12;

    /** The colours of a page. */
    private record Scheme(String suffix, Color text, Color grid, List<Color> runs) {
        Paint run(int index) {
            return runs.get(index % runs.size());
        }
    }

    private static final Scheme LIGHT = new Scheme(
            ".svg",
            new Color(0x1f2328),
            new Color(0xd0d7de),
            List.of(
                    new Color(0x2a6fb0),
                    new Color(0xd9822b),
                    new Color(0x3a8f5c),
                    new Color(0x8a5fb5),
                    new Color(0xc0444f),
                    new Color(0x6b7280)));

    private static final Scheme DARK = new Scheme(
            "-dark.svg",
            new Color(0xe6edf3),
            new Color(0x3d444d),
            List.of(
                    new Color(0x6cb0f0),
                    new Color(0xf0a860),
                    new Color(0x6fcf97),
                    new Color(0xbb9af0),
                    new Color(0xf28b8b),
                    new Color(0xaab2bd)));

    private Charts() {}

    /** The file name of the chart for a light page, or for a dark one. */
    static String fileName(String work, boolean dark) {
        return fileName(work, dark ? DARK : LIGHT);
    }

    private static String fileName(String work, Scheme scheme) {
        return work.replaceAll("[ =]+", "-") + scheme.suffix;
    }

    static void write(Path folder, String work, List<Measurements> runs) throws IOException {
        Files.createDirectories(folder);
        for (Scheme scheme : List.of(LIGHT, DARK)) {
            Files.writeString(folder.resolve(fileName(work, scheme)), svg(work, runs, scheme));
        }
    }

    /** Draws a line for each operation: its time over the number of tasks it is done among, both logarithmic. */
    static void writeScaling(Path folder, String name, int[] sizes, Map<String, List<Double>> lines)
            throws IOException {
        Files.createDirectories(folder);
        for (Scheme scheme : List.of(LIGHT, DARK)) {
            Files.writeString(folder.resolve(fileName(name, scheme)), scaling(name, sizes, lines, scheme));
        }
    }

    private static String scaling(String name, int[] sizes, Map<String, List<Double>> lines, Scheme scheme) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Map.Entry<String, List<Double>> line : lines.entrySet()) {
            XYSeries series = new XYSeries(line.getKey());
            for (int i = 0; i < sizes.length; i++) {
                double nanos = line.getValue().get(i);
                series.add(sizes[i], nanos);
                least = Math.min(least, nanos);
                most = Math.max(most, nanos);
            }
            renderer.setSeriesPaint(data.getSeriesCount(), scheme.run(data.getSeriesCount()));
            renderer.setSeriesStroke(data.getSeriesCount(), new BasicStroke(2));
            data.addSeries(series);
        }
        XYPlot plot = new XYPlot(
                data,
                logarithmic("tasks, timers, waiters or items", sizes[0] / 1.5, sizes[sizes.length - 1] * 1.5, scheme),
                logarithmic("ns an operation", least / 2, most * 2, scheme),
                renderer);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(scheme.grid);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        return draw(chart(plot, scheme), HEIGHT_OF_SCALING, name);
    }

    private static LogAxis logarithmic(String label, double least, double most, Scheme scheme) {
        LogAxis axis = new LogAxis(label);
        axis.setSmallestValue(least / 2);
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.###", symbols()));
        axis.setMinorTickMarksVisible(false);
        axis.setTickUnit(new NumberTickUnit(1)); // powers of ten
        axis.setRange(least, most);
        colour(axis, scheme);
        return axis;
    }

    private static void colour(ValueAxis axis, Scheme scheme) {
        axis.setLabelPaint(scheme.text);
        axis.setLabelFont(font(12));
        axis.setTickLabelPaint(scheme.text);
        axis.setTickLabelFont(font(12));
        axis.setAxisLinePaint(scheme.grid);
        axis.setTickMarkPaint(scheme.grid);
    }

    private static JFreeChart chart(Plot plot, Scheme scheme) {
        JFreeChart chart = new JFreeChart(null, null, plot, true);
        chart.setBackgroundPaint(null);
        chart.setPadding(new RectangleInsets(4, 4, 4, 16)); // the last figure of the axis reaches beyond its end
        chart.getLegend().setBackgroundPaint(null);
        chart.getLegend().setItemPaint(scheme.text);
        chart.getLegend().setItemFont(font(12));
        chart.getLegend().setFrame(BlockBorder.NONE);
        return chart;
    }

    private static String svg(String work, List<Measurements> runs, Scheme scheme) {
        DefaultCategoryDataset data = new DefaultCategoryDataset();
        List<String> forms = Measurements.forms(runs, work);
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Measurements run : runs) {
            for (String form : forms) {
                Measured measured = run.find(work, form);
                data.addValue(measured == null ? null : measured.nanos(), run.title(), form);
                if (measured != null) {
                    least = Math.min(least, measured.nanos());
                    most = Math.max(most, measured.nanos());
                }
            }
        }
        CategoryPlot plot = new CategoryPlot(data, forms(scheme), times(least, most, scheme), bars(runs, scheme));
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_RIGHT);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setRangeGridlinePaint(scheme.grid);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        return draw(chart(plot, scheme), HEIGHT_OF_THE_REST + forms.size() * (runs.size() * HEIGHT_OF_A_BAR + 8), work);
    }

    private static String draw(JFreeChart chart, int height, String work) {
        SVGGraphics2D graphics = new SVGGraphics2D(WIDTH, height);
        graphics.setDefsKeyPrefix(work.replaceAll("[^A-Za-z0-9]+", "-")); // else the ids differ from run to run
        chart.setElementHinting(false);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
        return graphics.getSVGElement() + "\n";
    }

    private static CategoryAxis forms(Scheme scheme) {
        CategoryAxis axis = new CategoryAxis();
        axis.setTickLabelPaint(scheme.text);
        axis.setTickLabelFont(font(13));
        axis.setAxisLinePaint(scheme.grid);
        axis.setTickMarksVisible(false);
        axis.setCategoryMargin(0.25);
        return axis;
    }

    private static ValueAxis times(double least, double most, Scheme scheme) {
        if (most / least >= LOGARITHMIC_FROM) {
            // Room for the figure beside the longest bar.
            return logarithmic("ns an operation, logarithmic", least / 2, most * 3, scheme);
        }
        NumberAxis axis = new NumberAxis("ns an operation");
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.###", symbols()));
        axis.setRange(0, most * 1.15);
        colour(axis, scheme);
        return axis;
    }

    private static BarRenderer bars(Collection<Measurements> runs, Scheme scheme) {
        BarRenderer bars = new BarRenderer();
        bars.setBarPainter(new StandardBarPainter());
        bars.setShadowVisible(false);
        bars.setItemMargin(0.08);
        bars.setIncludeBaseInRange(false);
        bars.setBase(1e-9); // a logarithmic axis has no zero
        bars.setDefaultItemLabelGenerator(
                new StandardCategoryItemLabelGenerator("{2}", new DecimalFormat("#,##0.##", symbols())));
        bars.setDefaultItemLabelsVisible(true);
        bars.setDefaultPositiveItemLabelPosition(
                new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT)); // right of the bar
        bars.setDefaultItemLabelPaint(scheme.text);
        bars.setDefaultItemLabelFont(font(11));
        for (int i = 0; i < runs.size(); i++) {
            bars.setSeriesPaint(i, scheme.run(i));
        }
        return bars;
    }

    private static DecimalFormatSymbols symbols() {
        return DecimalFormatSymbols.getInstance(Locale.ROOT);
    }

    private static Font font(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }
}
