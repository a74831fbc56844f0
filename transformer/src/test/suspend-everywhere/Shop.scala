// What the Scala compiler, running on a scala-library that suspends everywhere, has to compile to the same bytes.
package shop

import scala.collection.immutable.{ListMap, TreeMap}
import scala.collection.mutable
import scala.util.{Failure, Success, Try}
import scala.util.matching.Regex

sealed trait Item { def price: BigDecimal }
final case class Fruit(name: String, price: BigDecimal) extends Item
final case class Basket(items: Vector[Item]) extends Item {
  lazy val price: BigDecimal = items.iterator.map(_.price).sum
}
case object Nothing extends Item { val price: BigDecimal = 0 }

trait Show[A] { def show(a: A): String }
object Show {
  def apply[A](implicit s: Show[A]): Show[A] = s
  implicit val int: Show[Int] = (i: Int) => s"#$i"
  implicit def list[A: Show]: Show[List[A]] = (l: List[A]) => l.map(Show[A].show).mkString("[", ",", "]")
  implicit def pair[A: Show, B: Show]: Show[(A, B)] = { case (a, b) => Show[A].show(a) + "->" + Show[B].show(b) }
}

object Parser {
  private val Line: Regex = """(\w+)\s*=\s*(\d+(?:\.\d+)?)""".r
  def parse(text: String): Either[String, List[Fruit]] =
    text.linesIterator.filter(_.trim.nonEmpty).foldRight[Either[String, List[Fruit]]](Right(Nil)) {
      case (Line(name, price), Right(rest)) => Right(Fruit(name, BigDecimal(price)) :: rest)
      case (other, Right(_)) => Left(s"no item: $other")
      case (_, left) => left
    }
}

class Counter[@specialized(Int, Double) T](zero: T)(implicit num: Numeric[T]) {
  private var sum: T = zero
  def +=(t: T): this.type = { sum = num.plus(sum, t); this }
  def value: T = sum
}

object Main {
  def flatten(item: Item): LazyList[Item] = item match {
    case Basket(items) => items.to(LazyList).flatMap(flatten)
    case Nothing => LazyList.empty
    case fruit => LazyList(fruit)
  }

  def main(args: Array[String]): Unit = {
    val fruit = for {
      list <- Parser.parse("apple = 1.20\npear = 2\n\nplum = 0.35")
      cheap = list.filter(_.price < 2)
    } yield TreeMap.from(cheap.map(f => f.name -> f.price))
    println(fruit)
    println(flatten(Basket(Vector(Fruit("a", 1), Nothing, Basket(Vector(Fruit("b", 2)))))).toList)
    println(Show[List[(Int, List[Int])]].show(List(1 -> List(2, 3), 4 -> Nil)))
    val counts = mutable.LinkedHashMap.empty[Char, Int].withDefaultValue(0)
    for (word <- args.toList ++ List("banana"); c <- word) counts(c) += 1
    println(ListMap.from(counts.toSeq.sortBy(-_._2)))
    println(Try(sys.error("x")).recover { case e: RuntimeException => e.getMessage } match {
      case Success(s) => s
      case Failure(e) => throw e
    })
    val counter = new Counter(0)
    (1 to 10 by 3).foreach(counter += _)
    println(counter.value)
    println((Iterator.iterate(1L)(_ * 3).takeWhile(_ < 1000).zipWithIndex.toMap, "%05.2f".format(math.Pi)))
  }
}
